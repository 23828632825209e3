import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("practice", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="not_reached_days",
            field=models.PositiveSmallIntegerField(
                db_default=3,
                default=3,
                help_text=(
                    "Something was unread for so long, and nothing told the patient of it. 0: they do not see it."
                ),
                validators=[django.core.validators.MaxValueValidator(365)],
                verbose_name="doctors see who could not be reached for so many days",
            ),
        ),
        migrations.AddField(
            model_name="practice",
            name="not_seen_hours",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="Doctors and patients, in the list of conversations. 0: they do not see it.",
                validators=[django.core.validators.MaxValueValidator(8760)],
                verbose_name="people see what the other side has not seen for so many hours",
            ),
        ),
    ]
