import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("appointments", "0002_changes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="version",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.AddField(
            model_name="appointment",
            name="is_proposed",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AlterField(
            model_name="appointment",
            name="status",
            field=models.CharField(
                choices=[
                    ("requested", "Requested"),
                    ("planned", "Confirmed"),
                    ("done", "Done"),
                    ("cancelled", "Cancelled"),
                    ("missed", "Missed"),
                    ("declined", "Declined"),
                ],
                default="planned",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.CreateModel(
            name="AppointmentLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=32)),
                ("starts_at", models.DateTimeField()),
                ("previous_starts_at", models.DateTimeField(null=True)),
                ("noted_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "appointment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="appointments.appointment",
                    ),
                ),
                (
                    "doctor",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "db_table": "appointment_lines",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("appointment", "version", "doctor"), name="appointment_lines_each_once"
                    )
                ],
            },
        ),
    ]
