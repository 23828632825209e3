from django.db import migrations, models


def forget_the_index(apps, schema_editor):
    """The index lacked the time of each message, and which are text alone. `prepare`, or a search, rebuilds it."""
    for name in ("SearchWord", "SearchPart"):
        apps.get_model("chat", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("chat", "0005_changed_chats")]

    operations = [
        migrations.RunPython(forget_the_index, migrations.RunPython.noop, elidable=True),
        migrations.AddField(
            model_name="searchpart",
            name="message_times",
            field=models.BinaryField(default=b""),
        ),
        migrations.AddField(
            model_name="searchpart",
            name="in_order",
            field=models.BooleanField(default=True),
        ),
    ]
