from django.apps import AppConfig


class RentalsConfig(AppConfig):
    name = "koban.registers.rentals"
    label = "rentals"
