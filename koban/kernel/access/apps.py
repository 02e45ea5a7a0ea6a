from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "koban.kernel.access"
    label = "access"
