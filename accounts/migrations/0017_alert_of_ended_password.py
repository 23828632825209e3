from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0016_staff_rights")]

    operations = [
        migrations.AlterField(
            model_name="alert",
            name="kind",
            field=models.CharField(
                choices=[
                    ("new_device", "New Device"),
                    ("password", "Password"),
                    ("ended", "Ended"),
                    ("address", "Address"),
                    ("factor", "Factor"),
                ],
                max_length=10,
            ),
        ),
    ]
