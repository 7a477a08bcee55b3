from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        # By name: models can be imported from here on, not while this module is.
        health = import_module("shop.observability.health")
        health.HEALTH_CHECKS["index"] = import_module("catalog.selectors.search_health").check_index
