"""Reading a backup, each part compared with the manifest."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from backups.errors import BackupRefused, Damaged
from backups.manifest import NAME, Manifest, Part
from backups.places import MANIFEST, Place, backups_in
from backups.sealing import Seal

_BLOCK = 1024 * 1024


def choose(place: Place, name: str) -> Manifest:
    """The backup with this name, or the newest; raises BackupRefused."""
    names = backups_in(place)
    if not names:
        raise BackupRefused("There is no finished backup in this place.")
    if name and name not in names:
        raise BackupRefused(f"There is no backup {name}. There are: {', '.join(names)}.")
    return read(place, name or names[-1])


def read(place: Place, name: str) -> Manifest:
    """The manifest of this backup; raises Damaged."""
    if not NAME.fullmatch(name):
        raise BackupRefused(f"{name} is no name of a backup.")
    with place.get(f"{name}/{MANIFEST}") as file:
        return Manifest.from_json(file.read(), name=name)


def parts(manifest: Manifest) -> Iterator[tuple[str, Part]]:
    """The names of all parts in the place."""
    yield f"{manifest.name}/database.gz", manifest.database
    for path, part in manifest.files.items():
        yield f"files/{path}", part


def open_part(place: Place, name: str, part: Part, seal: Seal, *, folder: Path) -> Path:
    """An unsealed copy in this folder, which is replaced by the next one; raises Damaged where it differs."""
    sealed, draft = folder / "sealed", folder / "part"
    with _found(place, name) as source, sealed.open("wb") as file:
        shutil.copyfileobj(source, file)
    # Before it is opened: what a tool says of a damaged file may blame the key.
    if part.sealed and digest_of(sealed) != part.sealed:
        raise _differs(name)
    draft.unlink(missing_ok=True)
    seal.open(sealed, draft)
    if (digest_of(draft), draft.stat().st_size) != (part.sha256, part.bytes):
        raise _differs(name)
    return draft


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def compare_sealed(place: Place, name: str, part: Part) -> None:
    """Raises Damaged where it is not what was written. This needs no private key, and shows of none that it fits."""
    digest = hashlib.sha256()
    with _found(place, name) as source:
        while block := source.read(_BLOCK):
            digest.update(block)
    if digest.hexdigest() != part.sealed:
        raise _differs(name)


def _found(place: Place, name: str) -> IO[bytes]:
    try:
        return place.get(name)
    except FileNotFoundError as error:
        raise Damaged(f"{name} is missing: this backup is damaged.") from error


def _differs(name: str) -> Damaged:
    return Damaged(f"{name} differs from its manifest: this backup is damaged.")
