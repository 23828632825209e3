"""Keys that an installation makes for itself, each in a file that only its account can read."""

import os
from pathlib import Path


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
