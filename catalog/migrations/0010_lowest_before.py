from datetime import timedelta
from itertools import groupby, takewhile

from django.db import migrations, models
from django.db.models import Count, Q

import shop.common.fields

BATCH = 500
MOST_ROWS = 50
DAYS = timedelta(days=30)


def fill(apps, schema_editor):
    """What had one price only has nothing to show."""
    history, variants = apps.get_model("catalog", "PriceHistory").objects, apps.get_model("catalog", "Variant").objects
    changed = history.values("variant").annotate(prices=Count("pk")).filter(prices__gt=1).order_by("variant")
    last = 0
    while ids := list(changed.filter(variant__gt=last).values_list("variant", flat=True)[:BATCH]):
        rows = variants.in_bulk(ids)
        prices = history.filter(variant__in=ids).order_by("variant", "-since", "-id")
        for pk, known in groupby(prices.values_list("variant", "price", "since"), key=lambda row: row[0]):
            newest = [(price, since) for _pk, price, since in known][:MOST_ROWS]
            rows[pk].lowest_before = lowest(newest, rows[pk].price)
        variants.bulk_update(rows.values(), ["lowest_before"])
        last = ids[-1]


def lowest(newest, price):
    """The lowest of the 30 days before this price began; what was known on their first day counts too."""
    run = list(takewhile(lambda row: row[0] == price, newest))
    if not run:
        return None
    began = run[-1][1]
    before = [row for row in newest if row[1] < began]
    within = [price for price, since in before if since > began - DAYS]
    at_start = [price for price, since in before if since <= began - DAYS][:1]
    return min([*within, *at_start], default=None)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0009_reduced_goods"),
    ]

    operations = [
        migrations.AddField(
            model_name="variant",
            name="lowest_before",
            field=shop.common.fields.MoneyField(decimal_places=3, editable=False, max_digits=14, null=True),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="variant",
            constraint=models.CheckConstraint(
                condition=Q(lowest_before__gte=0) | Q(lowest_before__isnull=True), name="variant_lowest_not_negative"
            ),
        ),
    ]
