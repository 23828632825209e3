from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0008_sync")]

    operations = [
        migrations.AddField(
            model_name="chat",
            name="last_reaction_id",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="reaction",
            name="newest_id",
            field=models.BigIntegerField(db_default=0, db_index=True, default=0),
        ),
    ]
