from django.db import migrations, models

from chatsite.database.migrations import AddFieldOnce


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_fill_public_ids"),
    ]

    operations = [
        AddFieldOnce(
            model_name="signin",
            name="unconfirmed_jti",
            field=models.CharField(editable=False, max_length=32, null=True),
        ),
    ]
