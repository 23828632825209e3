import django.db.models.functions.datetime
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0012_lost_history")]

    operations = [
        migrations.CreateModel(
            name="SearchIndex",
            fields=[
                ("version", models.PositiveSmallIntegerField(primary_key=True, serialize=False)),
                (
                    "begun_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), default=django.utils.timezone.now
                    ),
                ),
                ("completed_at", models.DateTimeField(null=True)),
                ("up_to_chat", models.BigIntegerField(db_default=0, default=0)),
                ("claimed_by", models.CharField(db_default="", default="", max_length=32)),
                ("claimed_until", models.DateTimeField(null=True)),
            ],
            options={"db_table": "search_indexes"},
        ),
        migrations.AddField(
            model_name="searchpart",
            name="version",
            field=models.PositiveSmallIntegerField(db_default=1, default=1),
        ),
        migrations.AddConstraint(
            model_name="searchpart",
            constraint=models.UniqueConstraint(
                fields=("chat", "version", "first_message_id"), name="search_parts_begin_each_once"
            ),
        ),
        migrations.RemoveConstraint(model_name="searchpart", name="search_parts_begin_once"),
        migrations.AddIndex(
            model_name="searchpart",
            index=models.Index(fields=["version", "message_count"], name="search_parts_of_version"),
        ),
    ]
