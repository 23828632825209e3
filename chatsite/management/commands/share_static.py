"""`manage.py share_static`: let pages of this release and of another find their scripts in both, during an upgrade."""

import os
import re
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

# A name with a digest, which is another one as soon as the content is.
_DIGEST = re.compile(r"\.[0-9a-f]{12}\.")


class Command(BaseCommand):
    help = "Copy the static files whose names have a digest into the static files of another release, and back."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", help="The static files of the other release: its var/static.")

    def handle(self, *args: Any, folder: str, **options: Any) -> None:
        ours, theirs = Path(settings.STATIC_ROOT), Path(folder)
        for place in (ours, theirs):
            if not (place / "staticfiles.json").is_file():
                raise CommandError(f"{place} has no static files. They are in var/static, after bin/run prepare.")
        self.stdout.write(f"Copied {_copy(theirs, ours)} files from there, and {_copy(ours, theirs)} to there.")


def _copy(source: Path, target: Path) -> int:
    """Copy what is not there; return how many files."""
    paths = [path.relative_to(source) for path in source.rglob("*") if path.is_file() and _DIGEST.search(path.name)]
    missing = [path for path in paths if not (target / path).exists()]
    # Whatever is there is served, and kept by browsers for good: never half of a file.
    part = target / f"share_static.{os.getpid()}.part"
    for path in missing:
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / path, part)
        os.replace(part, target / path)
    return len(missing)
