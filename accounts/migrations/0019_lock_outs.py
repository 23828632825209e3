import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0018_account_changes"),
    ]

    operations = [
        migrations.CreateModel(
            name="LockOut",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.CharField(max_length=32)),
                ("began_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("until", models.DateTimeField()),
            ],
            options={
                "db_table": "lock_outs",
                "constraints": [models.UniqueConstraint(fields=("account", "until"), name="lock_outs_each_once")],
            },
        ),
    ]
