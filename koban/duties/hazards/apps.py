from django.apps import AppConfig


class HazardsConfig(AppConfig):
    name = "koban.duties.hazards"
    label = "hazards"
