from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("appointments", "0003_requests")]

    operations = [
        migrations.AddField(
            model_name="appointment",
            name="client_id",
            field=models.CharField(editable=False, max_length=36, null=True, unique=True),
        ),
    ]
