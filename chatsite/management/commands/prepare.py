"""What `bin/run` does before it serves. Every step can be repeated."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from chatsite import bundles
from chatsite.database import changing
from chatsite.database.locking import is_lock_timeout, named_lock
from chatsite.doctor import questions
from chatsite.doctor.asking import examine
from chatsite.doctor.questions import State
from chatsite.models import Installation

_PATIENCE_SECONDS = 3600
_OTHER = "Another bin/run prepare has worked on this database for an hour. Let it end, then run this again."


class Command(BaseCommand):
    help = "Bring the database up to date, then fill it with demo data (DEBUG) or collect the static files."
    # `migrate` runs all checks, those of the database included, and stops at an error.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="Change nothing, and exit with 1 if the database is behind."
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        if check:
            self._check()
            return
        with self._alone():
            self._prepare()
        if not settings.DEBUG:
            self._say_what_is_wrong()

    def _prepare(self) -> None:
        self._migrate()
        Installation.the_one()
        call_command("make_second_factor_key", stdout=self.stdout)
        call_command("check_chats", repair=True)
        if settings.DEBUG:
            call_command("seed_demo", if_empty=True)
        else:
            self._collect_static_files()
        # After the demo's messages: nobody is told about them.
        call_command("begin_notifying", stdout=self.stdout)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Wait for another one, of this machine or of this database: both would make the same tables."""
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        with ExitStack() as held:
            lock = held.enter_context((settings.VAR_DIR / "prepare.lock").open("w"))
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.stdout.write("Another one prepares here. Waiting for its end …")
                fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                held.enter_context(named_lock("prepare", seconds=_PATIENCE_SECONDS))
            except OperationalError as error:
                if is_lock_timeout(error):
                    raise CommandError(_OTHER) from error
                raise
            yield

    def _migrate(self) -> None:
        try:
            with changing.beside_others():
                call_command("migrate", skip_checks=False, interactive=False, verbosity=0)
        except changing.StillInUse as held:
            raise CommandError(f"{held}") from held

    def _check(self) -> None:
        try:
            call_command("migrate", check_unapplied=True, skip_checks=False, verbosity=0)
        except SystemExit as behind:
            raise CommandError("The database is behind. Bring it up to date first: bin/run prepare") from behind
        call_command("make_second_factor_key", check=True)

    def _collect_static_files(self) -> None:
        note = settings.VAR_DIR / "static.sha256"
        state = static_files_state()
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        # Two at once would delete each other's files.
        with (settings.VAR_DIR / "static.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if (settings.STATIC_ROOT / "staticfiles.json").exists() and note.exists() and note.read_text() == state:
                return
            self.stdout.write("Collecting the static files …")
            call_command("collectstatic", interactive=False, verbosity=0)
            note.write_text(state)

    def _say_what_is_wrong(self) -> None:
        """The quick part of `manage.py doctor`. It stops nothing: the checks of `migrate` do."""
        for finding in examine(questions.known(quick=True)).findings:
            if finding.answer.state != State.OK:
                self.stdout.write(str(finding))


def static_files_state() -> str:
    """Return a digest of every static file's path, size and time, so that they are collected only after a change.

    And of the code that bundles them.
    """
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for source in sorted(Path(bundles.__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}\n".encode())
    return digest.hexdigest()
