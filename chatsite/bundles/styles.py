"""A style sheet and those that it imports in one file, in the layers and for the media of their imports."""

import posixpath
import re
from collections.abc import Mapping

from chatsite.bundles import BundleError

# As our sources write it: `@import url("x.css") layer(name) media;`, with a layer and media or without, and from the
# same folder, so that addresses in it stay right.
_IMPORT = re.compile(r'@import url\("(?P<path>[\w-]+\.css)"\)(?: layer\((?P<layer>[\w.-]+)\))?(?P<media> [^;]+)?;')
_UNKNOWN = re.compile(r"@import.*")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def bundle(sources: Mapping[str, str]) -> dict[str, str]:
    """The text of each sheet that no other imports, by its name."""
    imported: set[str] = set()
    files = {name: _whole(name, sources, imported) for name in sorted(sources)}
    return {name: text for name, text in files.items() if name not in imported}


def _whole(name: str, sources: Mapping[str, str], imported: set[str]) -> str:
    def inline(found: re.Match[str]) -> str:
        path = posixpath.join(posixpath.dirname(name), found["path"])
        if path not in sources:
            raise BundleError(f"{name} imports {path}, which does not exist.")
        imported.add(path)
        text = _whole(path, sources, imported)
        for rule in (found["layer"] and f"@layer {found['layer']}", found["media"] and f"@media{found['media']}"):
            text = f"{rule} {{\n{text}}}" if rule else text
        return text

    text = _IMPORT.sub(inline, _COMMENT.sub("", sources[name]))
    if unknown := _UNKNOWN.search(text):
        raise BundleError(f"{name}: chatsite/bundles/styles.py does not know this form: {unknown[0].strip()}")
    return text
