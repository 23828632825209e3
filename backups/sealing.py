"""Encryption of a backup to a public key, by Debian's age or GnuPG: whoever has the place alone can read nothing."""

import shutil
import subprocess
from pathlib import Path

from backups.errors import BackupRefused


class Open:
    """No encryption."""

    name = recipient = ""

    def seal(self, source: Path, target: Path) -> None:
        shutil.copyfile(source, target)

    open = seal


class Age:
    """`recipient` is a public key (`age1…`), `identity` the file of the private one."""

    name = "age"

    def __init__(self, *, recipient: str = "", identity: str = "") -> None:
        self.recipient, self._identity = recipient, identity

    def seal(self, source: Path, target: Path) -> None:
        command = ["age", "--encrypt", "--recipient", self.recipient, "--output", str(target), str(source)]
        _run(command, hint=_SEALING)

    def open(self, source: Path, target: Path) -> None:
        if not self._identity:
            raise BackupRefused("This backup is encrypted with age: give the private key's file with --identity FILE.")
        _run(["age", "--decrypt", "--identity", self._identity, "--output", str(target), str(source)], hint=_OPENING)


class Gpg:
    """`recipient` is a key of the keyring of whoever runs this; so is the private one that opens it."""

    name = "gpg"

    def __init__(self, *, recipient: str = "") -> None:
        self.recipient = recipient

    def seal(self, source: Path, target: Path) -> None:
        command = [*_GPG, "--trust-model", "always", "--recipient", self.recipient, *_to(target)]
        _run([*command, "--encrypt", str(source)], hint=_SEALING)

    def open(self, source: Path, target: Path) -> None:
        _run([*_GPG, *_to(target), "--decrypt", str(source)], hint=_OPENING)


Seal = Open | Age | Gpg
_SEALING = "Is it the public key of --encrypt-to that you meant?"
_OPENING = "Use the private key of this backup, or make sure that it is whole: manage.py verify_backup."
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


def _run(command: list[str], *, hint: str) -> None:
    try:
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError as error:
        package = {"gpg": "gnupg"}.get(command[0], command[0])
        raise BackupRefused(f"The program {command[0]} is missing: install Debian's {package}.") from error
    except subprocess.CalledProcessError as error:
        raise BackupRefused(f"{command[0]} refused: {_reason(error)}. {hint}") from error


def _reason(error: subprocess.CalledProcessError) -> str:
    """The line of the output that says why: age adds one that says where to report faults of age."""
    lines = [line.strip() for line in error.stderr.splitlines() if line.strip()]
    named = [line for line in lines if "error: " in line]
    line = named[0].partition("error: ")[2] if named else lines[-1] if lines else f"status {error.returncode}"
    return line.removeprefix(f"{error.cmd[0]}: ").rstrip(".")
