from django.db import migrations, models

import chat.fields
import chatsite.models


class Migration(migrations.Migration):
    dependencies = [("chat", "0007_protected_files")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="changed_at",
            field=chat.fields.TimestampField(),
        ),
        migrations.CreateModel(
            name="History",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("epoch", chat.fields.FixedCharField(default=chatsite.models.new_uid, max_length=32)),
                ("started_at", models.DateTimeField()),
            ],
            options={
                "db_table": "history",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="history_one_row")],
            },
        ),
    ]
