import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practice", "0003_reminders")]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="patients_may_request",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="With doctors whom they have an appointment or a conversation with. The doctor answers.",
                verbose_name="patients may ask for an appointment",
            ),
        ),
        migrations.AddField(
            model_name="practice",
            name="patients_may_change",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="patients may move and cancel their appointments"
            ),
        ),
        migrations.AddField(
            model_name="practice",
            name="change_until_hours",
            field=models.PositiveSmallIntegerField(
                db_default=24,
                default=24,
                help_text="A patient moves an appointment to a time that is at least as far away, too.",
                validators=[django.core.validators.MaxValueValidator(720)],
                verbose_name="until so many hours before",
            ),
        ),
    ]
