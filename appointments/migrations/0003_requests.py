from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appointments", "0002_changes")]

    operations = [
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
    ]
