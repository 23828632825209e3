from django.db import migrations, models

from chatsite.database.migrations import AddFieldOnce


class Migration(migrations.Migration):
    dependencies = [
        ("chatsite", "0001_installation"),
    ]

    operations = [
        AddFieldOnce(
            model_name="installation",
            name="marked_store",
            field=models.BooleanField(db_default=True, default=False),
        ),
    ]
