import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chatsite", "0002_marked_store")]

    operations = [
        migrations.CreateModel(
            name="LimiterFailure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=32)),
                ("attempt_time", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "db_table": "limiter_failures",
                "indexes": [models.Index(fields=["digest", "attempt_time"], name="limiter_failures_of")],
            },
        ),
        migrations.CreateModel(
            name="LimiterWindow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("digest", models.CharField(max_length=32)),
                ("number", models.BigIntegerField()),
                ("tries", models.PositiveIntegerField(default=0)),
                ("counted_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "db_table": "limiter_windows",
                "constraints": [models.UniqueConstraint(fields=("digest", "number"), name="limiter_windows_one")],
            },
        ),
    ]
