import datetime

from django.db import migrations, models

import practice.models


class Migration(migrations.Migration):
    dependencies = [("practice", "0002_unseen")]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="patient_reminder_minutes",
            field=models.CharField(
                blank=True,
                db_default="60, 1440",
                default="60, 1440",
                help_text="A day has 1440 minutes. Empty: no reminders.",
                max_length=40,
                validators=[practice.models.validate_steps],
                verbose_name="reminders to patients, minutes before the appointment",
            ),
        ),
        migrations.AddField(
            model_name="practice",
            name="doctor_reminder_minutes",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Each appointment has its own. Empty: no reminders.",
                max_length=40,
                validators=[practice.models.validate_steps],
                verbose_name="reminders to doctors, minutes before the appointment",
            ),
        ),
        # Their names alone.
        migrations.AlterField(
            model_name="practice",
            name="notification_name",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text=(
                    "Whoever sees the mail sees this name, even on a locked screen. If the name of the "
                    "practice says something about the health of its patients, write a neutral one here. "
                    "Empty: the name of the practice."
                ),
                max_length=80,
                verbose_name="name in mails about messages and appointments",
            ),
        ),
        migrations.AlterField(
            model_name="practice",
            name="quiet_from",
            field=models.TimeField(
                db_default=datetime.time(22, 0),
                default=datetime.time(22, 0),
                help_text=(
                    "In the time zone of each person, who may choose other hours. The same time twice: at any hour."
                ),
                verbose_name="no mails about messages and appointments from",
            ),
        ),
        migrations.AlterField(
            model_name="practice",
            name="quiet_to",
            field=models.TimeField(
                db_default=datetime.time(7, 0),
                default=datetime.time(7, 0),
                verbose_name="no mails about messages and appointments until",
            ),
        ),
    ]
