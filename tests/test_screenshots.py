"""The pictures in docs/img are those of the states, and of no other."""

import os
import subprocess
import sys
from pathlib import Path

from tests.screenshots.forms import file_names

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docs" / "img"


def test_each_state_has_its_pictures_and_they_are_small():
    found = {path.name: path.stat().st_size for path in FOLDER.iterdir()}
    assert found.keys() == file_names()
    assert sum(found.values()) < 3_000_000


def test_the_page_shows_them_all():
    page = (ROOT / "docs" / "screenshots.md").read_text()
    assert [name for name in sorted(file_names()) if f"(img/{name})" not in page] == []


def test_the_program_that_takes_them_starts_without_an_environment():
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "tests.screenshots", "nothing"]
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (ended.returncode, ended.stdout.startswith("Unknown: nothing.")) == (2, True), ended.stderr
