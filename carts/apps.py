from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CartsConfig(AppConfig):
    name = "carts"
    verbose_name = _("Carts and prices")

    def ready(self) -> None:
        import_module("carts.signals")  # needs the models, so not before they are loaded
        import_module("carts.services.tax_classes")  # the catalogue asks it which tax classes there are
