"""The static files of production: under names with a hash, compressed, and our own sources in bundles."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from chatsite.bundles import scripts, styles

# Where a static file is found, as `collectstatic` tells it.
_Found = tuple[Storage, str]


class BundledStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """A bundle has the name of the source that it begins with, so templates name sources, in production as well."""

    def post_process(self, paths: Mapping[str, _Found], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        yield from super().post_process(paths if dry_run else self._bundled(paths), dry_run, **options)

    def _bundled(self, paths: Mapping[str, _Found]) -> dict[str, _Found]:
        """The same files, with bundles for our sources. They replace the copies of sources with their names."""
        modules, sheets = _texts(paths, "js"), _texts(paths, "css")
        bundles = scripts.bundle(modules, self._stored_as) | styles.bundle(sheets)
        for name, text in bundles.items():
            self.delete(name)
            self.save(name, ContentFile(text.encode()))
        others = {name: found for name, found in paths.items() if name not in modules and name not in sheets}
        return others | {name: (self, name) for name in bundles}

    def _stored_as(self, name: str, text: str) -> str:
        return self.hashed_name(name, ContentFile(text.encode()))


def _texts(paths: Mapping[str, _Found], kind: str) -> dict[str, str]:
    """Our own sources of this kind: those of the folder that has its name."""
    return {
        name: storage.open(path).read().decode()
        for name, (storage, path) in paths.items()
        if name.startswith(f"{kind}/") and name.endswith(f".{kind}")
    }
