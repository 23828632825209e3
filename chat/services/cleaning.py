"""Files and rows that do not match: files that a crash left without a row, unsent uploads, missing files."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from chat.files.names import FOLDER as CHAT_FILES
from chat.files.names import URL
from chat.models import Attachment, Message
from chat.services import cleaning_rules as rules
from chat.services.waiting import discard
from chatsite.files import installation, pictures, quarantine, storage

logger = logging.getLogger("chat.files")


@dataclass
class Cleaned:
    """Paths in the storage. `quarantined` have no row, `returned` have one again, `expired` were in quarantine for too
    long, `missing` have a row and no file, `stuck` could not be read, moved or deleted."""

    unclaimed: int = 0
    quarantined: list[str] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    expired: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Folder:
    """A folder of the store, and the file names in the rows that refer to it."""

    name: str
    names_of: Callable[[], Iterator[str]]
    stored: set[str]
    kept: list[quarantine.Kept]
    named: set[str] = field(default_factory=set)
    strays: list[str] = field(default_factory=list)

    @property
    def share(self) -> rules.Share:
        return rules.Share(self.name, len(self.stored), len(self.stored & self.named), len(self.strays))


def clean_files(*, dry_run: bool = False, force: bool = False) -> Cleaned:
    """Quarantine files without a row, drop unsent uploads, both older than a day; report rows without a file.

    First it restores quarantined files that a row names again, and deletes those that were there for too long. Raises
    CleaningRefused, and then changes nothing; `force` allows any number of files without a row.
    """
    found = Cleaned()
    folders = _admit(found, force=force)
    if not _is_ours(folders):
        found.missing = [path for folder in folders for path in _without_file(folder)]
        return found
    if not dry_run and installation.stored_id() is None:
        installation.mark_store()
    for folder in folders:
        _sort_quarantine(folder, found, dry_run=dry_run)
    found.unclaimed = _drop_unclaimed(dry_run=dry_run)
    today = timezone.now().date()
    for folder in folders:
        paths = [f"{folder.name}/{name}" for name in folder.strays]
        found.quarantined += _each(paths, lambda path: quarantine.put_away(path, today), found, dry_run=dry_run)
        found.missing += _without_file(folder)
    if not dry_run:
        quarantine.tidy([folder.name for folder in folders])
    return found


def _admit(found: Cleaned, *, force: bool) -> list[_Folder]:
    """Compare the store with the rows; raises CleaningRefused where the store may not be cleaned. Changes nothing."""
    recorded, stored = installation.recorded_id(), installation.stored_id()
    if reason := rules.why_foreign(recorded=recorded, stored=stored):
        raise rules.CleaningRefused(reason)
    folders = [
        _survey(folder, names_of, found)
        for folder, names_of in ((CHAT_FILES, _names_of_chat_files), (pictures.FOLDER, _names_of_pictures))
    ]
    shares = [folder.share for folder in folders]
    expected = recorded if installation.has_marked_store() else None
    reason = None if stored else rules.why_unproven(shares, recorded=expected)
    if not reason and not force:
        reason = rules.why_too_much(shares)
    if reason:
        raise rules.CleaningRefused(reason, (f"{folder.name}/{name}" for folder in folders for name in folder.strays))
    return folders


def _is_ours(folders: list[_Folder]) -> bool:
    """Whether the id or the files prove that the store is the database's. Else nothing is changed."""
    return installation.stored_id() is not None or rules.is_proven([folder.share for folder in folders])


def _survey(name: str, names_of: Callable[[], Iterator[str]], found: Cleaned) -> _Folder:
    # Files first, rows second: so the row of a listed file, if any, is already committed.
    folder = _Folder(name, names_of, stored=storage.names_in(name), kept=quarantine.kept_files([name]))
    folder.named = set(names_of())
    youngest = timezone.now() - rules.GRACE
    for stray in sorted(folder.stored - folder.named):
        try:
            modified = storage.modified_at(f"{name}/{stray}")
        except Exception:
            _note_stuck(f"{name}/{stray}", found)
            continue
        if modified and modified <= youngest:
            folder.strays.append(stray)
    return folder


def _sort_quarantine(folder: _Folder, found: Cleaned, *, dry_run: bool) -> None:
    """Restore the files that a row names, even over a file in their place; delete the rest once it has expired."""
    kept = {kept.path: kept for kept in folder.kept}
    named = [path for path in kept if kept[path].name in folder.named]
    found.returned += _each(named, lambda path: quarantine.bring_back(kept[path]), found, dry_run=dry_run)
    last = timezone.now().date() - rules.QUARANTINE
    over = [path for path in kept if kept[path].name not in folder.named and kept[path].day < last]
    found.expired += _each(over, _delete, found, dry_run=dry_run)


def _drop_unclaimed(*, dry_run: bool) -> int:
    waiting = Attachment.objects.filter(message=None, created_at__lt=timezone.now() - rules.GRACE)
    # Another program may have sent it with the documented columns only.
    sent = set(_names_in_messages())
    unsent = [attachment for attachment in waiting.iterator() if attachment.stored_name not in sent]
    return len(unsent) if dry_run else sum(map(discard, unsent))


def named_paths() -> Iterator[str]:
    """The paths in the store of all files that rows name."""
    yield from sorted({f"{CHAT_FILES}/{name}" for name in _names_of_chat_files()})
    yield from (f"{pictures.FOLDER}/{name}" for name in _names_of_pictures())


def _names_of_chat_files() -> Iterator[str]:
    """Names in attachments, and in messages that another program wrote with the documented columns only."""
    for names in Attachment.objects.values_list("stored_name", "thumbnail_name").iterator():
        yield from filter(None, names)
    yield from _names_in_messages()


def _names_in_messages() -> Iterator[str]:
    urls = Message.objects.filter(file_url__startswith=URL).values_list("file_url", flat=True)
    for url in filter(None, urls.iterator()):
        yield url.rpartition("/")[2]


def _names_of_pictures() -> Iterator[str]:
    yield from User.objects.exclude(picture="").values_list("picture", flat=True).iterator()


def _each(paths: Iterable[str], act: Callable[[str], bool], found: Cleaned, *, dry_run: bool) -> list[str]:
    """Apply `act` to each path, on a dry run to none; return the paths that changed or would change."""
    done = []
    for path in paths:
        try:
            if dry_run or act(path):
                done.append(path)
        except Exception:
            _note_stuck(path, found)
    return done


def _delete(path: str) -> bool:
    default_storage.delete(path)
    return True


def _note_stuck(path: str, found: Cleaned) -> None:
    """Log the current exception: OSError on a disk, any of boto3's families on an object store."""
    logger.exception("could not clean %s", path)
    found.stuck.append(path)


def _without_file(folder: _Folder) -> list[str]:
    """The paths in rows without a file. Checked again: files and rows may have changed since the listing."""
    names = folder.named - folder.stored - {kept.name for kept in folder.kept}
    gone = {name for name in names if not default_storage.exists(f"{folder.name}/{name}")}
    return sorted(f"{folder.name}/{name}" for name in gone & set(folder.names_of())) if gone else []
