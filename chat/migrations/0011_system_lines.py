from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0010_search_numbers")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="system",
            field=models.CharField(blank=True, max_length=32, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="system_data",
            field=models.JSONField(blank=True, null=True),
        ),
    ]
