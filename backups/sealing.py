"""Encryption of a backup to a public key, by Debian's age or GnuPG: whoever has the place alone can read nothing."""

import shutil
import subprocess
from pathlib import Path

from backups.errors import BackupRefused


class Open:
    """No encryption."""

    name = ""

    def seal(self, source: Path, target: Path) -> None:
        shutil.copyfile(source, target)

    open = seal


class Age:
    """`recipient` is a public key (`age1…`), `identity` the file of the private one."""

    name = "age"

    def __init__(self, *, recipient: str = "", identity: str = "") -> None:
        self._recipient, self._identity = recipient, identity

    def seal(self, source: Path, target: Path) -> None:
        _run(["age", "--encrypt", "--recipient", self._recipient, "--output", str(target), str(source)])

    def open(self, source: Path, target: Path) -> None:
        if not self._identity:
            raise BackupRefused("This backup is encrypted with age: give the private key's file with --identity FILE.")
        _run(["age", "--decrypt", "--identity", self._identity, "--output", str(target), str(source)])


class Gpg:
    """`recipient` is a key of the keyring of whoever runs this; so is the private one that opens it."""

    name = "gpg"

    def __init__(self, *, recipient: str = "") -> None:
        self._recipient = recipient

    def seal(self, source: Path, target: Path) -> None:
        _run([*_GPG, "--trust-model", "always", "--recipient", self._recipient, *_to(target), "--encrypt", str(source)])

    def open(self, source: Path, target: Path) -> None:
        _run([*_GPG, *_to(target), "--decrypt", str(source)])


Seal = Open | Age | Gpg
_GPG = ["gpg", "--batch", "--yes", "--quiet", "--compress-algo", "none"]


def seal_for(recipient: str) -> Seal:
    """What seals for this public key; without one, nothing does."""
    if not recipient:
        return Open()
    return Age(recipient=recipient) if recipient.startswith("age1") else Gpg(recipient=recipient)


def opener(name: str, *, identity: str = "") -> Seal:
    """What opens a backup that was sealed by this tool."""
    match name:
        case "":
            return Open()
        case "age":
            return Age(identity=identity)
        case "gpg":
            return Gpg()
    raise BackupRefused(f"This backup is encrypted with {name}, which is not known here.")


def _to(target: Path) -> list[str]:
    return ["--output", str(target)]


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError as error:
        raise BackupRefused(f"The program {command[0]} is missing. Install Debian's package of it.") from error
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines()
        raise BackupRefused(f"{command[0]} refused: {said[-1] if said else error.returncode}") from error
