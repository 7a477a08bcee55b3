import shop.common.fields
import shop.common.ids
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='session_salt',
            field=shop.common.fields.CodeField(blank=True, default='', editable=False, max_length=22),
            preserve_default=False,
        ),
        migrations.RenameField(model_name='emailcode', old_name='digest', new_name='seed'),
        migrations.AlterField(
            model_name='emailcode',
            name='seed',
            field=shop.common.fields.CodeField(default=shop.common.ids.new_token, editable=False, max_length=64),
        ),
    ]
