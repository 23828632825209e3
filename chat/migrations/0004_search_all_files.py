from django.db import migrations


def forget_the_index(apps, schema_editor):
    """The index stored only the kind of each message's first file. `prepare`, or a search, rebuilds it."""
    for name in ("SearchWord", "SearchPart"):
        apps.get_model("chat", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("chat", "0003_search")]

    operations = [migrations.RunPython(forget_the_index, migrations.RunPython.noop, elidable=True)]
