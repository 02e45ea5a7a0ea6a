from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "koban.kernel.ledger"
    label = "ledger"
