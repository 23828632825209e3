"""Files that no row names: moved to `quarantine/<date>/`, from which nothing is served."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from chatsite.files import storage

FOLDER = "quarantine"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file in quarantine since `day` (UTC), from `folder`."""

    day: date
    folder: str
    name: str

    @property
    def path(self) -> str:
        return f"{FOLDER}/{self.day}/{self.origin}"

    @property
    def origin(self) -> str:
        return f"{self.folder}/{self.name}"


def kept_files(folders: Collection[str]) -> list[Kept]:
    """Return the files in quarantine from these folders, the oldest first. Other names are ignored."""
    return [
        Kept(day, folder, name)
        for day in sorted(_days())
        for folder in folders
        for name in sorted(storage.names_in(f"{FOLDER}/{day}/{folder}"))
    ]


def put_away(path: str, day: date) -> bool:
    """Move a stored file into quarantine; return whether it was still there."""
    return storage.move(path, f"{FOLDER}/{day}/{path}")


def bring_back(kept: Kept) -> bool:
    """Move a file back to where it came from; return whether it was still there."""
    return storage.move(kept.path, kept.origin)


def tidy(folders: Collection[str]) -> None:
    """Remove empty folders, if the storage has folders."""
    for day in _days():
        for folder in folders:
            storage.remove_empty(f"{FOLDER}/{day}/{folder}")
        storage.remove_empty(f"{FOLDER}/{day}")


def _days() -> Iterator[date]:
    for name in storage.folders_in(FOLDER):
        try:
            day = date.fromisoformat(name)
        except ValueError:
            continue
        if str(day) == name:
            yield day
