from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    name = "koban.registers.residents"
    label = "residents"
