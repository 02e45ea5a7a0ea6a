from django.apps import AppConfig


class PremisesConfig(AppConfig):
    name = "koban.registers.premises"
    label = "premises"
