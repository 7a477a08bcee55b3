"""Ways of delivery and taxes, so that a new shop can sell at once. Staff change them in the admin.

A shop that has ways of delivery already keeps them as they are.
"""

from decimal import Decimal

from django.conf import settings
from django.db import migrations

from shop.common.money import decimals

HOME, EUROPE, WORLD = "Home", "Europe", "World"
EVERYWHERE = "*"

# Percent of VAT in the EU's member states: the standard rate, and the highest of the reduced ones, so that a shop
# that changes nothing never charges too little (Denmark has no reduced rate).
# From the European Commission's Taxes in Europe Database, https://ec.europa.eu/taxation_customs/tedb/, in 2026.
EU_RATES = {
    "AT": ("20", "13"),
    "BE": ("21", "12"),
    "BG": ("20", "9"),
    "CY": ("19", "9"),
    "CZ": ("21", "12"),
    "DE": ("19", "7"),
    "DK": ("25", "25"),
    "EE": ("24", "13"),
    "ES": ("21", "10"),
    "FI": ("25.5", "13.5"),
    "FR": ("20", "10"),
    "GR": ("24", "13"),
    "HR": ("25", "13"),
    "HU": ("27", "18"),
    "IE": ("23", "13.5"),
    "IT": ("22", "10"),
    "LT": ("21", "12"),
    "LU": ("17", "14"),
    "LV": ("21", "12"),
    "MT": ("18", "7"),
    "NL": ("21", "9"),
    "PL": ("23", "8"),
    "PT": ("23", "13"),
    "RO": ("21", "11"),
    "SE": ("25", "12"),
    "SI": ("22", "9.5"),
    "SK": ("23", "19"),
}
# Neighbours: what leaves the EU for them, or them for elsewhere, is an export without this shop's tax.
NEIGHBOUR_RATES = {"CH": ("8.1", "2.6"), "GB": ("20", "5"), "NO": ("25", "15")}

METHODS = [
    {
        "code": "standard",
        "name": "Standard",
        "description": "By post, with a tracking number",
        # By the value of the goods: at home nothing from 60 on, elsewhere one price.
        "basis": "price",
        "days_min": 2,
        "days_max": 5,
        "cutoff": "12:00",
        "rates": {HOME: [("0", "4.90"), ("60", "0")], EUROPE: [("0", "9.90")]},
    },
    {
        "code": "express",
        "name": "Express",
        "description": "Next working day when ordered before two in the afternoon",
        "basis": "flat",
        "days_min": 1,
        "days_max": 1,
        "cutoff": "14:00",
        "rates": {HOME: [("0", "9.90")]},
    },
    {
        "code": "international",
        "name": "International",
        "description": "By post, with a tracking number",
        "basis": "flat",
        "days_min": 7,
        "days_max": 15,
        "cutoff": "12:00",
        "rates": {WORLD: [("0", "19.90")]},
    },
    {
        # Not offered until staff say so: not every shop has a door.
        "code": "pickup",
        "name": "Collect at the shop",
        "description": "",
        "basis": "flat",
        "is_pickup": True,
        "is_active": False,
        "days_min": 1,
        "days_max": 1,
        "rates": {HOME: [("0", "0")]},
    },
]
TAX_CLASSES = [("standard", "Standard"), ("reduced", "Reduced")]


def create_defaults(apps, schema_editor):
    if apps.get_model("carts", "ShippingMethod").objects.exists():
        return
    zones = create_zones(apps)
    create_methods(apps, zones)
    create_taxes(apps)


def create_zones(apps):
    zone_model, area_model = apps.get_model("carts", "ShippingZone"), apps.get_model("carts", "ZoneArea")
    home = settings.SHOP_COUNTRY
    europe = sorted((set(EU_RATES) | set(NEIGHBOUR_RATES)) - {home})
    zones = {}
    for position, (name, countries) in enumerate([(HOME, [home]), (EUROPE, europe), (WORLD, [EVERYWHERE])]):
        zones[name] = zone_model.objects.create(name=name, position=position)
        area_model.objects.bulk_create([area_model(zone=zones[name], country=country) for country in countries])
    return zones


def create_methods(apps, zones):
    method_model, rate_model = apps.get_model("carts", "ShippingMethod"), apps.get_model("carts", "ShippingRate")
    for position, values in enumerate(METHODS):
        columns = {name: value for name, value in values.items() if name != "rates"}
        method = method_model.objects.create(position=position, **columns)
        rate_model.objects.bulk_create(
            [
                rate_model(method=method, zone=zones[zone], at_least=amount(start), price=amount(price))
                for zone, rates in values["rates"].items()
                for start, price in rates
            ]
        )


def create_taxes(apps):
    class_model, rate_model = apps.get_model("carts", "TaxClass"), apps.get_model("carts", "TaxRate")
    for column, (code, name) in enumerate(TAX_CLASSES):
        tax_class = class_model.objects.create(code=code, name=name)
        rate_model.objects.bulk_create(
            [
                rate_model(tax_class=tax_class, country=country, name="VAT", percent=Decimal(rates[column]))
                for country, rates in charged_rates().items()
            ]
        )


def charged_rates():
    """A shop in the EU charges the rate of the country it sends to; any other only knows its own."""
    home = settings.SHOP_COUNTRY
    if home in EU_RATES:
        return EU_RATES
    return {home: NEIGHBOUR_RATES[home]} if home in NEIGHBOUR_RATES else {}


def amount(text):
    """The amounts above are meant for currencies with cents; where there are none (JPY), a hundredfold."""
    return Decimal(text) * (100 if decimals() == 0 else 1)


def delete_defaults(apps, schema_editor):
    apps.get_model("carts", "ShippingMethod").objects.filter(code__in=[m["code"] for m in METHODS]).delete()
    apps.get_model("carts", "ShippingZone").objects.filter(name__in=[HOME, EUROPE, WORLD]).delete()
    apps.get_model("carts", "TaxClass").objects.filter(code__in=[code for code, _ in TAX_CLASSES]).delete()


class Migration(migrations.Migration):
    dependencies = [("carts", "0001_initial")]

    operations = [migrations.RunPython(create_defaults, delete_defaults)]
