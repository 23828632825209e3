from django.db import migrations

from audit import triggers
from audit.entry import NO_DIGEST


def make(apps, schema_editor):
    triggers.make(schema_editor.connection)
    # Two processes that add the first rows at once would both insert the head, and one of them fail.
    apps.get_model("audit", "Head").objects.get_or_create(pk="now", defaults={"row": 0, "digest": NO_DIGEST})


class Migration(migrations.Migration):
    # MariaDB commits a trigger at once.
    atomic = False
    dependencies = [("audit", "0002_triggers")]
    operations = [migrations.RunPython(make, migrations.RunPython.noop)]
