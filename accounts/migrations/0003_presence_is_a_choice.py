from django.db import migrations, models


def hide(apps, schema_editor):
    """Whoever never chose is not shown."""
    apps.get_model("accounts", "User").objects.filter(shows_presence=None).update(shows_presence=False)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_presence"),
    ]

    operations = [
        migrations.RunPython(hide, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="user",
            name="shows_presence",
            field=models.BooleanField(default=False, verbose_name="shows when online"),
        ),
    ]
