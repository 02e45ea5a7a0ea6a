from django.apps import AppConfig
from django.db.models.signals import post_migrate


class StationsConfig(AppConfig):
    name = "koban.kernel.stations"
    label = "stations"

    def ready(self) -> None:
        from koban.kernel.stations.schema import tie_stations

        # The one signal in the house: the schema is completed after Django's own migrations, on every way they are run.
        post_migrate.connect(tie_stations, dispatch_uid="koban.tie_stations")
