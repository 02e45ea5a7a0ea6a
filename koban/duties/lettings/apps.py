from django.apps import AppConfig


class LettingsConfig(AppConfig):
    name = "koban.duties.lettings"
    label = "lettings"
