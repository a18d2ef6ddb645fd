from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practices", "0003_muted_mails")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(
                blank=True,
                choices=[("en", "English"), ("de", "Deutsch"), ("es", "Español")],
                default="",
                max_length=5,
            ),
        )
    ]
