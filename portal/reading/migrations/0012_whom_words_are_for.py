"""Who opened the case beside a comment: a fact that never changes, so that an index finds what is for them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def fill(apps, schema_editor):
    """From the cases. On PostgreSQL the checks that wait for the end are done now, or the column could not be altered."""
    schema_editor.execute(
        "UPDATE reading_comment SET requester_id = (SELECT opened_by_id FROM cases_case WHERE cases_case.id = reading_comment.case_id)"
    )
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0013_saved_lists"),
        ("reading", "0011_summonses"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="comment",
            name="requester",
            field=models.ForeignKey(
                null=True,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="comment",
            name="requester",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="comment",
            name="line",
            field=models.ForeignKey(
                null=True,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["line", "at"], name="words_in_a_line"),
        ),
        migrations.AddIndex(
            model_name="comment",
            index=models.Index(fields=["requester", "at"], name="words_for_who_asked"),
        ),
    ]
