from django.db import migrations, models, transaction

from accounts.names import folded_names
from chatsite.database.locking import retry_on_conflict

BATCH = 500


def fill(apps, schema_editor):
    """Batch by batch, each committed: requests wait for one at most."""
    after = 0
    while after is not None:
        after = fill_batch(apps.get_model("accounts", "User"), after)


@retry_on_conflict
def fill_batch(User, after):
    with transaction.atomic():
        people = list(User.objects.select_for_update().filter(pk__gt=after).order_by("pk")[:BATCH])
        for person in people:
            person.search_name = folded_names(person.first_name, person.last_name)[:500]
        User.objects.bulk_update(people, ["search_name"])
    return people[-1].pk if people else None


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_arabic")]

    operations = [
        migrations.AddField(
            "user",
            "search_name",
            models.CharField(blank=True, db_default="", default="", editable=False, max_length=500),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, atomic=False, elidable=True),
    ]
