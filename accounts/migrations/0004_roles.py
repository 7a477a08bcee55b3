"""The six roles as groups. What they may do, `manage.py sync_roles` says: permissions are made after migrations."""

from django.db import migrations

ROLES = ("Owner", "Manager", "Catalogue", "Fulfilment", "Support", "Analyst")


def make_groups(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects
    for name in ROLES:
        groups.get_or_create(name=name)


def remove_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_api_tokens"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="user",
            options={
                "ordering": ("-created_at", "-id"),
                "permissions": [
                    ("act_for_customer", "Can act for customers"),
                    ("export_customer", "Can export what is known of a customer"),
                    ("anonymize_customer", "Can close a customer's account for good"),
                    ("manage_staff", "Can manage staff accounts and their roles"),
                ],
                "verbose_name": "user",
                "verbose_name_plural": "users",
            },
        ),
        migrations.RunPython(make_groups, remove_groups),
    ]
