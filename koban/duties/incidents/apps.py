from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "koban.duties.incidents"
    label = "incidents"
