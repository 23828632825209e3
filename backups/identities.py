"""Row numbers of a restored database.

What was lost had numbers, too, and clients, links and logs still name them: none is given a second time.
"""

from django.apps import apps
from django.db import connection
from django.db.models import AutoField, Max, Model

from chat.services.epoch import ROOM


def raise_all() -> None:
    """Let the next row of every table begin far above what was lost."""
    for model in apps.get_models(include_auto_created=True):
        if isinstance(model._meta.pk, AutoField) and model._meta.managed and not model._meta.proxy:
            _raise(model)


def _raise(model: type[Model]) -> None:
    table = model._meta.db_table
    highest = (model._base_manager.aggregate(most=Max("pk"))["most"] or 0) + ROOM
    with connection.cursor() as cursor:
        if connection.vendor == "mysql":
            # Never lower than what the dump brought along: MariaDB ignores that.
            cursor.execute(f"ALTER TABLE {connection.ops.quote_name(table)} AUTO_INCREMENT = {highest + 1}")
            return
        cursor.execute("UPDATE sqlite_sequence SET seq = max(seq + %s, %s) WHERE name = %s", [ROOM, highest, table])
        if not cursor.rowcount:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, highest])
