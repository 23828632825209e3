"""Keys that an installation makes for itself, each in a file that only its account can read."""

import base64
import os
import re
from collections.abc import Callable
from pathlib import Path

# 32 bytes in base64url.
_ENCRYPTION_KEY = re.compile(r"[A-Za-z0-9_-]{43}=")
_PUSH_KEY = re.compile(r"[A-Za-z0-9_-]{43}=?")
# How many points the curve P-256 has: a private number is below.
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def is_encryption_key(text: str) -> bool:
    """As Fernet takes it."""
    return bool(_ENCRYPTION_KEY.fullmatch(text))


def is_push_key(text: str) -> bool:
    """The private number of a key of P-256."""
    return bool(_PUSH_KEY.fullmatch(text)) and 0 < int.from_bytes(base64.urlsafe_b64decode(f"{text[:43]}=")) < _ORDER


def problem(path: Path, is_key: Callable[[str], bool]) -> tuple[str, str] | None:
    """What is wrong with a file, and what to do; None where nothing is, or where there is none."""
    try:
        if is_key(path.read_text().strip()):
            return None
    except FileNotFoundError:
        return None
    except OSError as error:
        how = "Let the account that runs the chat own it: another one, such as root, may have made it."
        return f"The key in {path} cannot be read: {error.strerror}.", how
    except UnicodeDecodeError:
        pass
    how = "Put it back from where you keep it. If it is lost, remove the file and run bin/run prepare; what is lost "
    how += "with it stands in docs/operations.md, Keys."
    return f"What is in {path} is no key.", how


def make(path: Path, text: str) -> bool:
    """Store a new key, unless there is one; True when it was stored."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # Linked when it is complete, and never over another: of two at once one wins, and nobody reads half of it.
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True
