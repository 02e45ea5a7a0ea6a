from django.apps import AppConfig


class FormsConfig(AppConfig):
    name = "koban.matters.forms"
    label = "xforms"  # Django's own "forms" has the short one
