import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Beginning",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("notify_from", models.DateTimeField(default=django.utils.timezone.now)),
                ("planned_up_to", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "db_table": "notifying",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="notifying_one_row")],
            },
        ),
        migrations.CreateModel(
            name="ChoreTime",
            fields=[
                ("name", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("next_at", models.DateTimeField()),
            ],
            options={"db_table": "chores"},
        ),
        migrations.CreateModel(
            name="Worker",
            fields=[
                ("id", models.CharField(max_length=32, primary_key=True, serialize=False)),
                ("seen_at", models.DateTimeField(db_index=True)),
            ],
            options={"db_table": "workers"},
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message_mails",
                    models.BooleanField(db_default=True, default=True, verbose_name="E-mails about unread messages"),
                ),
                ("quiet_from", models.TimeField(blank=True, null=True, verbose_name="No mails from")),
                ("quiet_to", models.TimeField(blank=True, null=True, verbose_name="until")),
            ],
            options={"db_table": "notification_preferences"},
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("subject", models.CharField(max_length=40, verbose_name="about")),
                (
                    "channel",
                    models.CharField(choices=[("mail", "E-mail")], max_length=10, verbose_name="channel"),
                ),
                ("step", models.PositiveIntegerField(default=0, verbose_name="minutes")),
                ("up_to", models.BigIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("skipped", "No longer needed"),
                            ("failed", "Given up"),
                        ],
                        default="waiting",
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="tries")),
                ("next_try_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="next try")),
                ("claimed_by", models.CharField(blank=True, default="", max_length=32)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.CharField(blank=True, default="", max_length=100, verbose_name="error")),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="planned")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done")),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice",
                "verbose_name_plural": "notices",
                "db_table": "notices",
                "indexes": [
                    models.Index(fields=["state", "next_try_at"], name="notices_due"),
                    models.Index(fields=["user", "state", "done_at"], name="notices_of_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "subject", "channel", "step", "up_to"), name="notices_each_once"
                    )
                ],
            },
        ),
    ]
