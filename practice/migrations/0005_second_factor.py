from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def keep_off(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Where people sign in already, an administrator who has a second factor decides from when on all need one."""
    if apps.get_model("accounts", "User").objects.exists():
        apps.get_model("practice", "Practice").objects.update_or_create(pk=1, defaults={"demands_second_factor": False})


class Migration(migrations.Migration):
    dependencies = [("practice", "0004_patients_appointments"), ("accounts", "0014_second_factor")]

    operations = [
        migrations.AddField(
            model_name="practice",
            name="demands_second_factor",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="From fourteen days after the invitation, or after this was switched on. Patients may.",
                verbose_name="doctors and administrators need a second factor",
            ),
        ),
        migrations.AddField(
            model_name="practice",
            name="second_factor_since",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(keep_off, migrations.RunPython.noop),
    ]
