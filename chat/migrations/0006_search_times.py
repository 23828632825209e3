from django.db import migrations, models


def forget_the_index(apps, schema_editor):
    """It knew neither the time of each message nor which are text alone. `prepare`, or a search, builds it anew."""
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
