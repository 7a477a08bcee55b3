from django.apps import AppConfig

from shop import checks


class ShopConfig(AppConfig):
    name = "shop"
    verbose_name = "Shop"

    def ready(self) -> None:
        checks.register()
