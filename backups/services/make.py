"""Making a backup while people write."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from backups import dumps, marks, secrets
from backups.errors import BackupRefused, Damaged
from backups.manifest import NAME, Manifest, moment_of, name_of
from backups.models import Backup
from backups.places import MANIFEST, Place, backups_in
from backups.sealing import Seal
from backups.services import reading, uploads
from backups.services.keeping import Keeper
from backups.workplace import workplace
from chatsite import __version__
from chatsite.models import Installation

# Clocks of machines that are set by NTP differ by less.
_CLOCK = timedelta(minutes=1)


def make(
    place: Place, seal: Seal, *, now: datetime, again: bool = False, say: Callable[[str], object] = lambda _: None
) -> Manifest:
    """Make a backup, and note it. Uploads that the place has from an earlier one are read only `again`.

    The dump comes first: a file is stored before the row that names it, so none of its rows lacks its file.
    """
    marks.refuse_half()
    uid = Installation.the_one().uid
    with workplace() as folder:
        # Only now: another backup may just have ended.
        earlier = _latest(place, say=say)
        if earlier:
            _admit(earlier, uid=uid, seal=seal)
        name = _next_name(place, now=now, say=say)
        keep = Keeper(place, seal, folder)
        say("The database …")
        rows = _rows()
        dump = folder / "database.gz"
        unpacked = dumps.dump(dump)
        database = keep.file(f"{name}/database.gz", dump)
        say("The files …")
        files = uploads.keep_all(keep, known=earlier.files if earlier else {}, again=again, say=say)
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
            secrets={secret: bool(seal.name) and secret in found for secret in secrets.SECRETS},
            seal=seal.name,
            sealed_to=seal.recipient,
            unpacked=unpacked,
            made=now.astimezone(UTC).isoformat(timespec="seconds"),
        )
        keep.plain(f"{name}/{MANIFEST}", manifest.to_json())
    Backup.objects.create(event=Backup.Event.MADE, name=name, made_at=now, at=now)
    return manifest


def _admit(earlier: Manifest, *, uid: str, seal: Seal) -> None:
    """Refuse to add to a place of something else: its backups share their uploads."""
    if earlier.installation != uid:
        raise BackupRefused("This place has the backups of another installation. Give each a place of its own.")
    if (earlier.seal, earlier.sealed_to) != (seal.name, seal.recipient):
        before = f"encrypted to {earlier.sealed_to}" if earlier.seal else "not encrypted"
        raise BackupRefused(f"The backups of this place are {before}: go on so, or begin a new place.")


def prune(place: Place, *, keep: int) -> list[str]:
    """Delete all but the newest backups, what broke off, and the uploads that none of those left has.

    What else lies in the place stays.
    """
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
        is_spent = NAME.fullmatch(folder) and folder not in left and folder < newest
        if is_spent or (path.startswith(uploads.KEPT) and path not in wanted):
            place.drop(path)
    return names[: -len(left)] if left else []


def _next_name(place: Place, *, now: datetime, say: Callable[[str], object]) -> str:
    """After all that the place has, whatever the clock says: the newest one is what is kept and restored."""
    name, names = name_of(now), backups_in(place)
    if not names or name > names[-1]:
        return name
    newest = moment_of(names[-1])
    if newest > now + _CLOCK:
        say(f"The newest backup of this place, {names[-1]}, is of the future: is the clock of this machine right?")
    return name_of(newest + timedelta(seconds=1))


def _latest(place: Place, *, say: Callable[[str], object]) -> Manifest | None:
    """The newest one that can be read: one that is damaged keeps nobody from making another."""
    for name in reversed(backups_in(place)):
        try:
            return reading.read(place, name)
        except Damaged as damaged:
            say(f"{damaged} Delete its folder: nothing else does.")
    return None


def _migrations() -> list[str]:
    newest: dict[str, str] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        newest[app] = name
    return [f"{app}.{name}" for app, name in newest.items()]


def _rows() -> dict[str, int]:
    names = ("users", "chats", "messages", "attachments")
    models = {model._meta.db_table: model for model in apps.get_models()}
    return {name: models[name]._default_manager.count() for name in names if name in models}
