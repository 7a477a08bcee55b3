"""Groups of customers, and what allauth would show beside our own pages."""

from __future__ import annotations

import allauth.account.admin  # noqa: F401 - registers what is taken back below
from allauth.account.models import EmailAddress
from django.contrib import admin

from accounts.models import CustomerGroup
from shop.admin import ShopModelAdmin

# Our accounts have one address each, on the account itself.
admin.site.unregister(EmailAddress)


@admin.register(CustomerGroup)
class CustomerGroupAdmin(ShopModelAdmin):
    search_fields = ("name",)
