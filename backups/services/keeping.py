"""What a backup puts into its place."""

import shutil
from pathlib import Path
from typing import IO

from backups.manifest import Part
from backups.places import Place
from backups.sealing import Seal
from backups.services.reading import digest_of


class Keeper:
    """Puts sealed copies into the place, and says what they were."""

    def __init__(self, place: Place, seal: Seal, folder: Path) -> None:
        self.place, self.seal = place, seal
        self._draft, self._sealed = folder / "draft", folder / "sealed"

    def file(self, name: str, source: Path) -> Part:
        self._sealed.unlink(missing_ok=True)
        self.seal.seal(source, self._sealed)
        sealed = digest_of(self._sealed) if self.seal.name else ""
        self.place.put(name, self._sealed)
        return Part(digest_of(source), source.stat().st_size, sealed)

    def stream(self, name: str, source: IO[bytes]) -> Part:
        with self._draft.open("wb") as file:
            shutil.copyfileobj(source, file)
        return self.file(name, self._draft)

    def text(self, name: str, content: bytes) -> Part:
        self._draft.write_bytes(content)
        return self.file(name, self._draft)

    def plain(self, name: str, content: bytes) -> None:
        self._draft.write_bytes(content)
        self.place.put(name, self._draft)
