"""What a backup consists of. It is written last: a backup without one is unfinished, and counts for nothing."""

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from backups.errors import BackupRefused

FORMAT = 1
NAME = re.compile(r"\d{8}T\d{6}Z")


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the backup: its size and digest before it was sealed."""

    sha256: str
    bytes: int


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
    format: int = field(default=FORMAT)

    @property
    def made_at(self) -> datetime:
        return datetime.strptime(self.name, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """Raises BackupRefused for what this release cannot read."""
        try:
            values: dict[str, Any] = json.loads(text)
            if values["format"] != FORMAT:
                raise BackupRefused("This backup was made by another release, whose format is not known here.")
            values["database"] = Part(**values["database"])
            values["files"] = {path: Part(**part) for path, part in values["files"].items()}
            return cls(**values)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BackupRefused("The manifest cannot be read: this backup is damaged. Use another one.") from error
