from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0006_search_times")]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="is_protected",
            field=models.BooleanField(db_default=False, default=False),
        ),
    ]
