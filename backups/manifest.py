"""What a backup consists of. It is written last: a backup without one is unfinished, and counts for nothing."""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from backups.errors import BackupRefused, Damaged

FORMAT = 1
NAME = re.compile(r"\d{8}T\d{6}Z")
# A folder of the store and a name in it, and nothing outside of them.
_PATH = re.compile(r"\w+/(?!\.{1,2}$)[^/\\\0]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the backup: its size and digest before it was sealed, and the digest of what was written."""

    sha256: str
    bytes: int
    # Without encryption it is the same.
    sealed: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    name: str
    version: str
    installation: str
    engine: str
    # Of each app the newest one.
    migrations: list[str]
    # Number of rows by table, when the dump was made: for people who look at it.
    rows: dict[str, int]
    database: Part
    # By path in the store of uploads.
    files: dict[str, Part]
    # What a restore needs besides, and whether this backup has it.
    secrets: dict[str, bool]
    # How the parts are sealed: "", "age" or "gpg"; and to which public key.
    seal: str = ""
    sealed_to: str = ""
    # Bytes of the dump when it is unpacked; 0 where nobody knows.
    unpacked: int = 0
    # When it was made. Its name is later, where the place has one of the future.
    made: str = ""
    format: int = field(default=FORMAT)

    @property
    def made_at(self) -> datetime:
        return datetime.fromisoformat(self.made) if self.made else moment_of(self.name)

    def to_json(self) -> bytes:
        values = asdict(self)
        return _json(values | {"digest": _digest(values)})

    @classmethod
    def from_json(cls, text: bytes, *, name: str) -> "Manifest":
        """Raises Damaged for what differs from what was written, and BackupRefused for another format."""
        try:
            values: dict[str, Any] = json.loads(text)
            if values.pop("digest", None) not in (None, _digest(values)) or values["name"] != name:
                raise ValueError(name)
            if values["format"] != FORMAT:
                raise BackupRefused("This backup was made by another release, whose format is not known here.")
            values["database"] = Part(**values["database"])
            values["files"] = {path: Part(**part) for path, part in values["files"].items()}
            if not all(map(_PATH.fullmatch, values["files"])):
                raise ValueError(name)
            return cls(**values)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Damaged(f"The manifest of {name} is damaged, and with it this backup: use another one.") from error


def name_of(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def moment_of(name: str) -> datetime:
    return datetime.strptime(name, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _digest(values: dict[str, Any]) -> str:
    return hashlib.sha256(_json(values)).hexdigest()


def _json(values: dict[str, Any]) -> bytes:
    return json.dumps(values, indent=1, sort_keys=True).encode()
