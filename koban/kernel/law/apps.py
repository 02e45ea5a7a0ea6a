"""Law as data. No tables: packs are files, so that what held on a day can be read years later."""

from django.apps import AppConfig


class LawConfig(AppConfig):
    name = "koban.kernel.law"
    label = "law"
