"""Restoring a backup into an empty place, so that no client believes what was lost, and a copy writes to nobody."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.contrib.sessions.models import Session
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from accounts.services import link_tokens, sign_ins
from backups import dumps, marks
from backups.errors import Damaged
from backups.manifest import Manifest
from backups.models import Backup
from backups.places import Place
from backups.sealing import Seal
from backups.services import admission, another_history, reading
from backups.workplace import workplace
from chat.models import History
from chatsite.files import installation
from notifications.services import pausing

# All backups of a place have the same copy of an upload.
_REMEDY = "Restore all but such uploads: restore --without-damaged. A backup of another place may have them."


def restore(
    place: Place,
    manifest: Manifest,
    seal: Seal,
    *,
    now: datetime,
    without_damaged: bool = False,
    say: Callable[[str], object] = lambda _: None,
) -> History:
    """Restore this backup; raises BackupRefused. What broke off is begun again by the same call.

    Everyone signs in again, links for a password end, clients load everything again, and nobody is notified until that
    is resumed.
    `without_damaged` leaves out the uploads that are damaged, and says which.
    """
    with workplace() as folder:
        begun = admission.admit(manifest)
        say("The database …")
        dump = reading.open_part(place, f"{manifest.name}/database.gz", manifest.database, seal, folder=folder)
        if begun:
            _drop_tables()
        marks.write(manifest.name)
        dumps.load(dump, name=manifest.name)
        say("The files …")
        for path, part in manifest.files.items():
            try:
                copy = reading.open_part(place, f"files/{path}", part, seal, folder=folder)
            except Damaged as damaged:
                if not without_damaged:
                    raise Damaged(f"{damaged} {_REMEDY}") from damaged
                say(f"Left out: {damaged}")
                continue
            _keep_file(path, copy)
        say("The schema of this release …")
        call_command("migrate", interactive=False, verbosity=0)
        say("What follows from a restore …")
        history = _finish(manifest, now=now)
        marks.remove()
    return history


def _finish(manifest: Manifest, *, now: datetime) -> History:
    pausing.pause(now)
    sign_ins.end_all_of_everybody()
    Session.objects.all().delete()
    link_tokens.end_all_links()
    # A clock that was wrong says nothing that is still to come.
    history = another_history.begin(lost_from=min(manifest.made_at, now), detail=manifest.name, now=now)
    installation.mark_store()
    call_command("check_chats", "--all", repair=True, verbosity=0)
    Backup.objects.create(event=Backup.Event.RESTORED, name=manifest.name, made_at=manifest.made_at, at=now)
    return history


def _drop_tables() -> None:
    """Away with what a restore that broke off has left: a later step may have made tables that the dump has not."""
    if connection.vendor != "mysql":
        # Its dump replaces the whole file.
        return
    with connection.cursor() as cursor:
        cursor.execute("SET FOREIGN_KEY_CHECKS = 0")
        for table in connection.introspection.table_names(cursor):
            if table != marks.TABLE:
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)}")
        cursor.execute("SET FOREIGN_KEY_CHECKS = 1")


def _keep_file(path: str, copy: Path) -> None:
    if default_storage.exists(path):
        # Of a try that broke off: perhaps half of it.
        default_storage.delete(path)
    with copy.open("rb") as file:
        default_storage.save(path, File(file))
