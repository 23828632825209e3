"""Which installation a database and a store belong to: an id, in a row of the one and in a file of the other."""

from django.core.files.storage import default_storage

from chatsite.files import storage
from chatsite.models import Installation

FILE = "installation.id"


def recorded_id() -> str | None:
    """Return the id in the database, or None before the first `mark_store`."""
    return Installation.objects.values_list("uid", flat=True).first()


def stored_id() -> str | None:
    """Return the id in the store, or None where nothing has been written."""
    try:
        with default_storage.open(FILE) as file:
            return file.read().decode(errors="replace").strip() or None
    except FileNotFoundError:
        return None


def mark_store() -> None:
    """Write the database's id into the store. The row comes first: a crash leaves a store without an id, as before."""
    row, _ = Installation.objects.get_or_create(pk=Installation.ONE)
    # An empty file, from a crash while it was written, would keep the name.
    storage.drop_all([FILE])
    storage.keep_all({FILE: f"{row.uid}\n".encode()})
