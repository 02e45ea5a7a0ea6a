from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "koban.duties.incidents"
    label = "incidents"

    def ready(self) -> None:
        from koban.duties.incidents import away, promises  # noqa: F401  # tell the roster who is out and what is owed
