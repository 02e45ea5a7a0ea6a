from django.apps import AppConfig


class RosterConfig(AppConfig):
    name = "koban.registers.roster"
    label = "roster"
