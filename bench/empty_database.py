"""A SQLite database with all tables and nobody in it: a copy of one that is made once, in some seconds."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def put(path: Path) -> None:
    """Put one there."""
    shutil.copyfile(_made(), path)


@cache
def _made() -> Path:
    folder = tempfile.mkdtemp(prefix="chat-empty-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder, "db.sqlite3")
    environment = os.environ | {"ENV_FILE": "/dev/null", "DATABASE_URL": f"sqlite:///{path}"}
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return path
