from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chatsite", "0003_limits")]

    operations = [
        migrations.AddField(
            model_name="installation",
            name="link_key",
            field=models.CharField(db_default="", default="", max_length=32),
        ),
    ]
