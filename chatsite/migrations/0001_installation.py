from django.db import migrations, models

import chatsite.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Installation",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("uid", models.CharField(default=chatsite.models.new_uid, max_length=32)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "db_table": "installation",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="installation_one_row")],
            },
        ),
    ]
