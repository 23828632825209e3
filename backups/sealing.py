"""Encryption of a backup to a public key, by Debian's age or GnuPG: whoever has the place alone can read nothing."""

import shutil
import subprocess
from pathlib import Path

from backups.errors import BackupRefused, Damaged, WrongKey


class Open:
    """No encryption."""

    name = recipient = ""

    def has_key(self) -> bool:
        return True

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
        _run(command)

    def has_key(self) -> bool:
        return bool(self._identity)

    def open(self, source: Path, target: Path) -> None:
        if not self._identity:
            raise WrongKey("This backup is encrypted with age: give the private key's file with --identity FILE.")
        # One that cannot be read is an error of its own.
        Path(self._identity).open("rb").close()
        _run_open(["age", "--decrypt", "--identity", self._identity, "--output", str(target), str(source)])


class Gpg:
    """`recipient` is a key of the keyring of whoever runs this; so is the private one that opens it."""

    name = "gpg"

    def __init__(self, *, recipient: str = "") -> None:
        self.recipient = recipient

    def has_key(self) -> bool:
        try:
            _run([*_GPG, "--list-secret-keys", self.recipient])
        except BackupRefused:
            return False
        return True

    def seal(self, source: Path, target: Path) -> None:
        command = [*_GPG, "--trust-model", "always", "--recipient", self.recipient, *_to(target)]
        _run([*command, "--encrypt", str(source)])

    def open(self, source: Path, target: Path) -> None:
        _run_open([*_GPG, *_to(target), "--decrypt", str(source)])


Seal = Open | Age | Gpg
# What the tools say where the private key is at fault, and not what they read.
_KEY_FAULTS = ("no identity matched", "No secret key", "reading ")
_FULL = "no space left on device"
_GPG = ["gpg", "--batch", "--yes", "--quiet", "--compress-algo", "none"]


def seal_for(recipient: str) -> Seal:
    """What seals for this public key; without one, nothing does."""
    if not recipient:
        return Open()
    return Age(recipient=recipient) if recipient.startswith("age1") else Gpg(recipient=recipient)


def opener(name: str, *, recipient: str = "", identity: str = "") -> Seal:
    """What opens a backup that was sealed by this tool, to this public key."""
    match name:
        case "":
            return Open()
        case "age":
            return Age(recipient=recipient, identity=identity)
        case "gpg":
            return Gpg(recipient=recipient)
    raise BackupRefused(f"This backup is encrypted with {name}, which is not known here.")


def _to(target: Path) -> list[str]:
    return ["--output", str(target)]


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError as error:
        package = {"gpg": "gnupg"}.get(command[0], command[0])
        raise BackupRefused(f"The program {command[0]} is missing: install Debian's {package}.") from error
    except subprocess.CalledProcessError as error:
        said = f"{command[0]} refused: {_reason(error)}."
        if _FULL in said.lower():
            # Neither the key nor the backup is at fault.
            raise BackupRefused(f"{said} Make room there, then run this again.") from None
        raise BackupRefused(f"{said} Is it the public key of --encrypt-to that you meant?") from error


def _run_open(command: list[str]) -> None:
    """Raises WrongKey, or Damaged where the key is not at fault."""
    try:
        _run(command)
    except BackupRefused as refused:
        if not isinstance(refused.__cause__, subprocess.CalledProcessError):
            raise
        reason = _reason(refused.__cause__)
        if any(fault in reason for fault in _KEY_FAULTS):
            raise WrongKey(f"{command[0]} refused: {reason}. Use the private key of this backup.") from refused
        raise Damaged(f"{command[0]} refused: {reason}. This backup is damaged.") from refused


def _reason(error: subprocess.CalledProcessError) -> str:
    """The line of the output that says why: age adds one that says where to report faults of age."""
    lines = [line.strip() for line in error.stderr.splitlines() if line.strip()]
    named = [line for line in lines if "error: " in line]
    line = named[0].partition("error: ")[2] if named else lines[-1] if lines else f"status {error.returncode}"
    return line.removeprefix(f"{error.cmd[0]}: ").rstrip(".")
