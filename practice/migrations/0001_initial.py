import datetime

import django.core.validators
from django.db import migrations, models

import practice.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Practice",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                (
                    "notification_name",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        help_text=(
                            "Whoever sees the mail sees this name, even on a locked screen. If the name of the "
                            "practice says something about the health of its patients, write a neutral one here. "
                            "Empty: the name of the practice."
                        ),
                        max_length=80,
                        verbose_name="name in mails about messages",
                    ),
                ),
                (
                    "patient_mail_minutes",
                    models.CharField(
                        blank=True,
                        db_default="5, 60",
                        default="5, 60",
                        help_text="Empty: no mails about messages.",
                        max_length=40,
                        validators=[practice.models.validate_steps],
                        verbose_name="mails to patients, minutes after the first unread message",
                    ),
                ),
                (
                    "doctor_mail_minutes",
                    models.CharField(
                        blank=True,
                        db_default="60",
                        default="60",
                        help_text="Empty: no mails about messages.",
                        max_length=40,
                        validators=[practice.models.validate_steps],
                        verbose_name="mails to doctors, minutes after the first unread message",
                    ),
                ),
                (
                    "message_mails_a_day",
                    models.PositiveSmallIntegerField(
                        db_default=3,
                        default=3,
                        help_text="What is over joins the first mail of the next day.",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(50),
                        ],
                        verbose_name="mails about messages to one person, at most so many a day",
                    ),
                ),
                (
                    "office_from",
                    models.TimeField(
                        db_default=datetime.time(8, 0),
                        default=datetime.time(8, 0),
                        verbose_name="mails to doctors, on weekdays from",
                    ),
                ),
                (
                    "office_to",
                    models.TimeField(
                        db_default=datetime.time(19, 0),
                        default=datetime.time(19, 0),
                        verbose_name="mails to doctors, on weekdays until",
                    ),
                ),
                (
                    "quiet_from",
                    models.TimeField(
                        db_default=datetime.time(22, 0),
                        default=datetime.time(22, 0),
                        help_text=(
                            "In the time zone of each person, who may choose other hours. The same time twice: "
                            "at any hour."
                        ),
                        verbose_name="no mails about messages from",
                    ),
                ),
                (
                    "quiet_to",
                    models.TimeField(
                        db_default=datetime.time(7, 0),
                        default=datetime.time(7, 0),
                        verbose_name="no mails about messages until",
                    ),
                ),
            ],
            options={
                "verbose_name": "settings of the practice",
                "verbose_name_plural": "settings of the practice",
                "db_table": "practice",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="practice_one_row")],
            },
        ),
    ]
