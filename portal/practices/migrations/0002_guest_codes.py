from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import portal.practices.models


def give_codes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Each person a code of their own."""
    users = apps.get_model("practices", "User").objects
    for pk in users.filter(guest_code=None).values_list("pk", flat=True).iterator():
        users.filter(pk=pk).update(guest_code=portal.practices.models.new_guest_code())


class Migration(migrations.Migration):

    dependencies = [
        ("practices", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="guest_code",
            field=models.CharField(editable=False, max_length=10, null=True),
        ),
        migrations.RunPython(give_codes, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="user",
            name="guest_code",
            field=models.CharField(
                default=portal.practices.models.new_guest_code, editable=False, max_length=10, unique=True
            ),
        ),
    ]
