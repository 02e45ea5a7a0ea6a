from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "koban.desk.field"
    label = "field"
