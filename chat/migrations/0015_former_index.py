from django.db import migrations


def note_the_index(apps, schema_editor):
    """What 1.0.0 indexed serves as it is, until a worker has indexed it anew: `chat.search.versions.FORMER`."""
    if apps.get_model("chat", "SearchPart").objects.exists():
        apps.get_model("chat", "SearchIndex").objects.get_or_create(version=0)


class Migration(migrations.Migration):
    dependencies = [("chat", "0014_chat_checks")]

    operations = [migrations.RunPython(note_the_index, migrations.RunPython.noop, elidable=True)]
