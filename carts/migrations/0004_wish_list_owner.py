"""One column says whose a wish is, so that the database keeps each product once on a guest's list as well."""

import shop.common.fields
from django.db import migrations, models


def name_owners(apps, schema_editor):
    for wish in apps.get_model("carts", "WishListItem").objects.iterator():
        wish.owner = f"user:{wish.user_id}" if wish.user_id else wish.token_hash
        wish.save(update_fields=["owner"])


def name_tokens(apps, schema_editor):
    guests = apps.get_model("carts", "WishListItem").objects.filter(user=None)
    guests.update(token_hash=models.F("owner"))


class Migration(migrations.Migration):
    dependencies = [("carts", "0003_promotions_and_vat")]

    operations = [
        migrations.RemoveConstraint(model_name="wishlistitem", name="wish_once"),
        migrations.AddField(
            model_name="wishlistitem",
            name="owner",
            field=shop.common.fields.CodeField(default="", max_length=64),
            preserve_default=False,
        ),
        migrations.RunPython(name_owners, name_tokens),
        migrations.RemoveField(model_name="wishlistitem", name="token_hash"),
        migrations.AddConstraint(
            model_name="wishlistitem",
            constraint=models.UniqueConstraint(fields=("owner", "product"), name="wish_once_each"),
        ),
        migrations.AddIndex(
            model_name="wishlistitem", index=models.Index(fields=["added_at"], name="wish_added")
        ),
    ]
