from django.db import migrations


def forget_the_index(apps, schema_editor):
    """The index had no word for "500 mg" or "rendez-vous" as one. `prepare`, or a search, rebuilds it."""
    for name in ("SearchWord", "SearchPart"):
        apps.get_model("chat", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("chat", "0009_last_reaction")]

    operations = [migrations.RunPython(forget_the_index, migrations.RunPython.noop, elidable=True)]
