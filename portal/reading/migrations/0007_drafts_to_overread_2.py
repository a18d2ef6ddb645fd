"""Drafts that are open at the upgrade go on in overread-2, word for word; locked reads keep overread-1 for good."""

from django.db import migrations

from portal.reading.lexicon.overread_2 import carried


def carry(apps, schema_editor):
    """Their version stays, so that a window that was open meanwhile goes on saving."""
    drafts = apps.get_model("reading", "Read").objects.filter(lexicon="overread-1", locked_at=None)
    for read in drafts.iterator():
        read.body, read.lexicon = carried(read.body), "overread-2"
        read.save(update_fields=["body", "lexicon"])


class Migration(migrations.Migration):

    dependencies = [
        ('reading', '0006_meetings'),
    ]

    operations = [
        migrations.RunPython(carry, migrations.RunPython.noop),
    ]
