from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    name = "koban.duties.archive"
    label = "archive"
