from django.db import migrations

from catalog.search.words import sort_key

BATCH = 1000


def fill(apps, schema_editor):
    product = apps.get_model("catalog", "Product")
    last = 0
    while rows := list(product.objects.filter(pk__gt=last).order_by("pk").only("pk", "name")[:BATCH]):
        for row in rows:
            row.sort_name = sort_key(row.name)
        product.objects.bulk_update(rows, ["sort_name"])
        last = rows[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_search_index"),
    ]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
