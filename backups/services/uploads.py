"""The uploads of a backup: each once in its place, for all its backups."""

from collections.abc import Callable, Iterator

from django.core.files.storage import default_storage

from backups.manifest import Part
from backups.services.keeping import Keeper
from chat.files.names import FOLDER as CHAT_FILES
from chat.services.cleaning import named_paths
from chatsite.files import pictures, storage

FOLDERS = (CHAT_FILES, pictures.FOLDER)
# Where they are in a place.
KEPT = tuple(f"files/{folder}/" for folder in FOLDERS)


def keep_all(keep: Keeper, *, known: dict[str, Part], again: bool, say: Callable[[str], object]) -> dict[str, Part]:
    """Copy what the place has not got. What rows name and the store has lost stays, where the place has it."""
    kept = keep.place.sizes("files/")
    files = _keep_stored(keep, known={} if again else known, kept=kept)
    lost = [path for path in named_paths() if path not in files and not default_storage.exists(path)]
    saved = [path for path in lost if path in known and f"files/{path}" in kept]
    if lost:
        say(
            f"{len(lost)} uploads that rows name are missing from the store; of these, {len(saved)} are in this place "
            "from before, and stay there. See docs/operations.md, Backup: an upload that is missing."
        )
    return files | {path: known[path] for path in saved}


def _keep_stored(keep: Keeper, *, known: dict[str, Part], kept: dict[str, int]) -> dict[str, Part]:
    """A file never changes under its name: one that is known is not read again, unless the place has half of it."""
    files = {}
    for path in _stored():
        size = kept.get(f"files/{path}")
        if path in known and size is not None and (keep.seal.name or size == known[path].bytes):
            files[path] = known[path]
            continue
        try:
            with default_storage.open(path) as source:
                files[path] = keep.stream(f"files/{path}", source)
        except FileNotFoundError:
            # Deleted since: an upload that was never sent.
            continue
    return files


def _stored() -> Iterator[str]:
    for folder in FOLDERS:
        for name in sorted(storage.names_in(folder)):
            yield f"{folder}/{name}"
