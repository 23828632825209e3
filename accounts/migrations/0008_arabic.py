from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_limits"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="language",
            field=models.CharField(
                choices=[("fr", "French"), ("en", "English"), ("ar", "Arabic")],
                default="fr",
                max_length=5,
                verbose_name="language",
            ),
        ),
    ]
