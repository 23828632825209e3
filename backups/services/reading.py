"""Reading a backup, each part compared with the manifest."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from backups.errors import BackupRefused
from backups.manifest import NAME, Manifest, Part
from backups.places import MANIFEST, Place, backups_in
from backups.sealing import Seal


def choose(place: Place, name: str) -> Manifest:
    """The backup with this name, or the newest; raises BackupRefused."""
    names = backups_in(place)
    if not names:
        raise BackupRefused("There is no finished backup in this place.")
    if name and name not in names:
        raise BackupRefused(f"There is no backup {name}. There are: {', '.join(names)}.")
    return read(place, name or names[-1])


def read(place: Place, name: str) -> Manifest:
    """The manifest of this backup."""
    if not NAME.fullmatch(name):
        raise BackupRefused(f"{name} is no name of a backup.")
    with place.get(f"{name}/{MANIFEST}") as file:
        manifest = Manifest.from_json(file.read())
    if manifest.name != name:
        raise BackupRefused(f"The manifest of {name} is of another backup: this one is damaged. Use another one.")
    return manifest


def parts(manifest: Manifest) -> Iterator[tuple[str, Part]]:
    """The names of all parts in the place."""
    yield f"{manifest.name}/database.gz", manifest.database
    for path, part in manifest.files.items():
        yield f"files/{path}", part


def open_part(place: Place, name: str, part: Part, seal: Seal, *, folder: Path) -> Path:
    """An unsealed copy in this folder, which is replaced by the next one; raises BackupRefused where it differs."""
    sealed, draft = folder / "sealed", folder / "part"
    try:
        with place.get(name) as source, sealed.open("wb") as file:
            shutil.copyfileobj(source, file)
    except FileNotFoundError as error:
        raise BackupRefused(f"{name} is missing: this backup is damaged. Use another one.") from error
    draft.unlink(missing_ok=True)
    seal.open(sealed, draft)
    with draft.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if (digest, draft.stat().st_size) != (part.sha256, part.bytes):
        raise BackupRefused(f"{name} differs from its manifest: this backup is damaged. Use another one.")
    return draft
