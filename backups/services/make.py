"""Making a backup while people write."""

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from backups import dumps, marks, secrets
from backups.errors import BackupRefused
from backups.manifest import Manifest, Part
from backups.models import Backup
from backups.places import MANIFEST, Place, backups_in
from backups.sealing import Seal
from backups.services import reading
from backups.workplace import workplace
from chat.files.names import FOLDER as CHAT_FILES
from chatsite import __version__
from chatsite.files import pictures, storage
from chatsite.models import Installation

FOLDERS = (CHAT_FILES, pictures.FOLDER)
_BLOCK = 1024 * 1024


def make(
    place: Place, seal: Seal, *, now: datetime, again: bool = False, say: Callable[[str], object] = lambda _: None
) -> Manifest:
    """Make a backup, and note it. Uploads that the place has from an earlier one are read only `again`.

    The dump comes first: a file is stored before the row that names it, so none of its rows lacks its file.
    """
    name = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    marks.refuse_half()
    uid = Installation.the_one().uid
    earlier = _latest(place)
    if earlier:
        _admit(earlier, uid=uid, seal=seal)
    with workplace() as folder:
        keep = _Keeper(place, seal, folder)
        say("The database …")
        rows = _rows()
        dump = folder / "database.gz"
        unpacked = dumps.dump(dump)
        database = keep.file(f"{name}/database.gz", dump)
        say("The files …")
        files = _keep_files(keep, known=earlier.files if earlier and not again else {})
        found = secrets.known()
        if seal.name:
            keep.text(f"{name}/secrets.json", json.dumps(found).encode())
        manifest = Manifest(
            name=name,
            version=__version__,
            installation=uid,
            engine=connection.vendor,
            migrations=_migrations(),
            rows=rows,
            database=database,
            files=files,
            secrets=dict.fromkeys(found, bool(seal.name)),
            seal=seal.name,
            sealed_to=seal.recipient,
            unpacked=unpacked,
        )
        keep.plain(f"{name}/{MANIFEST}", manifest.to_json())
    Backup.objects.create(event=Backup.Event.MADE, name=name, made_at=manifest.made_at, at=now)
    return manifest


def _admit(earlier: Manifest, *, uid: str, seal: Seal) -> None:
    """Refuse to add to a place of something else: its backups share their uploads."""
    if earlier.installation != uid:
        raise BackupRefused("This place has the backups of another installation. Give each a place of its own.")
    if (earlier.seal, earlier.sealed_to) != (seal.name, seal.recipient):
        before = f"encrypted to {earlier.sealed_to}" if earlier.seal else "not encrypted"
        raise BackupRefused(f"The backups of this place are {before}: go on so, or begin a new place.")


def prune(place: Place, *, keep: int) -> list[str]:
    """Delete all but the newest backups, what broke off, and the uploads that none of those left has."""
    # What another backup has copied is no rest of one that broke off.
    with workplace():
        return _prune(place, keep=keep)


def _prune(place: Place, *, keep: int) -> list[str]:
    names = backups_in(place)
    left = names[-keep:]
    wanted = {f"files/{path}" for name in left for path in reading.read(place, name).files}
    # The manifest first: what breaks off here is no backup any more.
    for name in names[: -len(left)] if left else []:
        place.drop(f"{name}/{MANIFEST}")
    newest = left[-1] if left else ""
    for path in place.sizes(""):
        folder = path.split("/")[0]
        if path not in wanted and (folder == "files" or (folder not in left and folder < newest)):
            place.drop(path)
    return names[: -len(left)] if left else []


class _Keeper:
    """Puts sealed copies into the place, and says what they were."""

    def __init__(self, place: Place, seal: Seal, folder: Path) -> None:
        self.place, self.seal = place, seal
        self._draft, self._sealed = folder / "draft", folder / "sealed"

    def file(self, name: str, source: Path) -> Part:
        part = _part(source)
        self._sealed.unlink(missing_ok=True)
        self.seal.seal(source, self._sealed)
        self.place.put(name, self._sealed)
        return part

    def stream(self, name: str, source: IO[bytes]) -> Part:
        with self._draft.open("wb") as file:
            shutil.copyfileobj(source, file)
        return self.file(name, self._draft)

    def text(self, name: str, content: bytes) -> Part:
        self._draft.write_bytes(content)
        return self.file(name, self._draft)

    def plain(self, name: str, content: bytes) -> None:
        self._draft.write_bytes(content)
        self.place.put(name, self._draft)


def _part(path: Path) -> Part:
    with path.open("rb") as file:
        return Part(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def _latest(place: Place) -> Manifest | None:
    names = backups_in(place)
    return reading.read(place, names[-1]) if names else None


def _keep_files(keep: _Keeper, *, known: dict[str, Part]) -> dict[str, Part]:
    """A file never changes under its name: one that is known is not read again, unless the place has half of it."""
    kept = keep.place.sizes("files/")
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


def _migrations() -> list[str]:
    newest: dict[str, str] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        newest[app] = name
    return [f"{app}.{name}" for app, name in newest.items()]


def _rows() -> dict[str, int]:
    names = ("users", "chats", "messages", "attachments")
    models = {model._meta.db_table: model for model in apps.get_models()}
    return {name: models[name]._default_manager.count() for name in names if name in models}
