from django.db import migrations, models


class Migration(migrations.Migration):
    """Units of a line that were ordered and will never be sent: the rest of an order sent in part."""

    dependencies = [("orders", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="orderline",
            name="cancelled_quantity",
            field=models.IntegerField(default=0, verbose_name="cancelled"),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("cancelled_quantity__gte", 0),
                    ("cancelled_quantity__lte", models.F("quantity") - models.F("shipped_quantity")),
                ),
                name="order_line_cancelled_within_rest",
            ),
        ),
    ]
