from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0013_search_versions")]

    operations = [
        migrations.CreateModel(
            name="ChatCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("began_at", models.DateTimeField(db_index=True)),
                ("message_id", models.BigIntegerField()),
                ("is_whole", models.BooleanField(db_default=False, default=False)),
                ("compared", models.IntegerField(db_default=0, default=0)),
            ],
            options={"db_table": "chat_checks"},
        ),
    ]
