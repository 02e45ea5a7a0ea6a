from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ImportingConfig(AppConfig):
    name = "koban.registers.importing"
    label = "importing"

    def ready(self) -> None:
        autodiscover_modules("importers")
