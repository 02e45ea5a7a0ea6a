from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "koban.kernel.search"
    label = "search"
