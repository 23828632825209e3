from django.db import migrations, models

from accounts.names import folded_names

BATCH = 500


def fill(apps, schema_editor):
    User = apps.get_model("accounts", "User")
    after = 0
    while people := list(User.objects.filter(pk__gt=after).order_by("pk")[:BATCH]):
        for person in people:
            person.search_name = folded_names(person.first_name, person.last_name)[:500]
        User.objects.bulk_update(people, ["search_name"])
        after = people[-1].pk


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_arabic")]

    operations = [
        migrations.AddField(
            "user",
            "search_name",
            models.CharField(blank=True, db_default="", default="", editable=False, max_length=500),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
