from django.db import migrations, models


def mark_cancellations(apps, schema_editor):
    """What is still under way for a cancelled order: until now its reason said that the mail is not wanted."""
    refunds = apps.get_model("orders", "Refund").objects.filter(reason="cancelled", order__status="cancelled")
    refunds.update(tells_customer=False)


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0004_returns_answered"),
    ]

    operations = [
        migrations.AddField(
            model_name="refund",
            name="tells_customer",
            field=models.BooleanField(default=True, verbose_name="told the customer"),
        ),
        migrations.RunPython(mark_cancellations, migrations.RunPython.noop),
    ]
