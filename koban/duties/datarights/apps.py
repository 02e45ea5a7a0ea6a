from django.apps import AppConfig


class DatarightsConfig(AppConfig):
    name = "koban.duties.datarights"
    label = "datarights"
