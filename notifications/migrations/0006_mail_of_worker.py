from django.db import migrations, models

from chatsite.database.migrations import AddFieldOnce


class Migration(migrations.Migration):
    dependencies = [("notifications", "0005_pausing")]

    operations = [
        AddFieldOnce("worker", "mail_error", models.CharField(db_default="", default="", max_length=100)),
        AddFieldOnce("worker", "mail_failed_at", models.DateTimeField(null=True)),
    ]
