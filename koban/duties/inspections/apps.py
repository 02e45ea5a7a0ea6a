from django.apps import AppConfig


class InspectionsConfig(AppConfig):
    name = "koban.duties.inspections"
    label = "inspections"
