from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "koban.duties.incidents"
    label = "incidents"

    def ready(self) -> None:
        from koban.duties.incidents import promises  # noqa: F401  # tells the roster what is owed
