from django.db import migrations

import accounts.phones


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_alerts")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="phone",
            field=accounts.phones.PhoneField(
                blank=True, db_default="", default="", max_length=16, verbose_name="mobile number"
            ),
        ),
    ]
