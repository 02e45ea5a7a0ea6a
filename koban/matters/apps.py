from django.apps import AppConfig


class MattersConfig(AppConfig):
    name = "koban.matters"
    label = "matters"
