from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "koban.desk"
    label = "desk"
