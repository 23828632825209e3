"""The id of the installation, in a row of its database and in a file of its store."""

from django.core.files.storage import default_storage

from chatsite.files import storage
from chatsite.models import Installation

FILE = "installation.id"


def recorded_id() -> str | None:
    """Return the id in the database, or None before it has one."""
    return Installation.objects.values_list("uid", flat=True).first()


def has_marked_store() -> bool:
    """Whether a store was given the id of this database."""
    return Installation.objects.filter(marked_store=True).exists()


def stored_id() -> str | None:
    """Return the id in the store, or None if it has none."""
    try:
        with default_storage.open(FILE) as file:
            return file.read().decode(errors="replace").strip() or None
    except FileNotFoundError:
        return None


def mark_store() -> None:
    """Write the database's id into the store. The row comes first: a crash leaves a store without an id, as before."""
    row, _ = Installation.objects.update_or_create(pk=Installation.ONE, defaults={"marked_store": True})
    # A crash during an earlier write may have left an empty file under this name.
    storage.drop_all([FILE])
    storage.keep_all({FILE: f"{row.uid}\n".encode()})
