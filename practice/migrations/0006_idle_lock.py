import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("practice", "0005_second_factor"),
    ]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="lock_minutes",
            field=models.PositiveSmallIntegerField(
                db_default=15,
                default=15,
                help_text="In a browser. They unlock it with their password. Patients choose in their profile.",
                validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(480)],
                verbose_name="doctors and administrators are locked after so many minutes without use",
            ),
        ),
        migrations.AddField(
            model_name="practice",
            name="locks_apps",
            field=models.BooleanField(
                db_default=False, default=False, help_text="A phone has a lock of its own.", verbose_name="apps, too"
            ),
        ),
    ]
