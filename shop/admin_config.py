"""Django's admin behind the shop's own door."""

from django.contrib.admin import apps


class ShopAdminConfig(apps.AdminConfig):
    default_site = "accounts.admin_site.ShopAdminSite"
