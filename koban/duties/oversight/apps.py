from django.apps import AppConfig


class OversightConfig(AppConfig):
    name = "koban.duties.oversight"
    label = "oversight"
