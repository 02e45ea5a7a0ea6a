from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "koban.matters.documents"
    label = "documents"
