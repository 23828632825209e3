import secrets

from django.db import migrations
from django.db.models import Case, Value, When

from chatsite.database.locking import retry_on_conflict

BATCH = 500


def fill(apps, schema_editor):
    """Batch by batch, each committed: requests wait for one at most, and the next run continues an interrupted one."""
    without = apps.get_model("accounts", "SignIn").objects.filter(public_id=None).order_by("pk")
    last = 0
    while pks := list(without.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        fill_batch(without.filter(pk__in=pks).order_by(), pks)
        last = pks[-1]


@retry_on_conflict
def fill_batch(rows, pks):
    rows.update(public_id=Case(*(When(pk=pk, then=Value(secrets.token_hex(16))) for pk in pks)))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("accounts", "0004_sign_in_public_id"),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
