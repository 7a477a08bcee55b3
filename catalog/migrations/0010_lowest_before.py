from itertools import groupby

from django.db import migrations, models
from django.db.models import Count, Q

import shop.common.fields
from catalog.selectors.price_facts import MOST_ROWS, lowest_in

BATCH = 500


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
            rows[pk].lowest_before = lowest_in(newest, rows[pk].price)
        variants.bulk_update(rows.values(), ["lowest_before"])
        last = ids[-1]


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
