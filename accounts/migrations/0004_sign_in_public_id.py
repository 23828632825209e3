from django.db import migrations, models

from chatsite.database.migrations import AddFieldOnce


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_presence_is_a_choice"),
    ]

    operations = [
        AddFieldOnce(
            model_name="signin",
            name="public_id",
            field=models.CharField(editable=False, max_length=32, null=True, unique=True),
        ),
    ]
