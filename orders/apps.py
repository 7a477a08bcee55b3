from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrdersConfig(AppConfig):
    name = "orders"
    verbose_name = _("Orders")

    def ready(self) -> None:
        import_module("orders.signals")  # needs the models, so not before they are loaded
        import_module("orders.services.purchases")  # the catalogue asks it who bought what
