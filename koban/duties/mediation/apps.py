from django.apps import AppConfig


class MediationConfig(AppConfig):
    name = "koban.duties.mediation"
    label = "mediation"
