from django.db import migrations, models

import accounts.models.look


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_search_name")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="theme",
            field=models.CharField(
                blank=True,
                choices=accounts.models.look.Theme.choices,
                db_default="",
                default="",
                max_length=6,
                verbose_name="colours",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="text_size",
            field=models.CharField(
                blank=True,
                choices=accounts.models.look.TextSize.choices,
                db_default="",
                default="",
                max_length=6,
                verbose_name="text size",
            ),
        ),
    ]
