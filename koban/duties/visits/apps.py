from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "koban.duties.visits"
    label = "visits"
