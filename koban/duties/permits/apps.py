from django.apps import AppConfig


class PermitsConfig(AppConfig):
    name = "koban.duties.permits"
    label = "permits"
