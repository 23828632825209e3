"""Multipart forms as they were sent: file names stay as they are, and bytes that are not UTF-8 are an error."""

import codecs
import re

from django.http import multipartparser
from django.http.multipartparser import MultiPartParser
from django.utils.http import parse_header_parameters

# Django decodes fields with errors="replace", whatever the encoding. This encoding ignores that and stays strict.
STRICT = "utf-8-strict"


def _strict_codec(name: str) -> codecs.CodecInfo | None:
    if name != STRICT.replace("-", "_"):
        return None
    utf8 = codecs.lookup("utf-8")
    return codecs.CodecInfo(utf8.encode, lambda data, errors="strict": utf8.decode(data, "strict"), name=STRICT)


codecs.register(_strict_codec)


# A name of 255 characters, percent-encoded, is longer than all headers of a part may be in Django.
multipartparser.MAX_TOTAL_HEADER_SIZE = 8 * 1024  # type: ignore[attr-defined]
# How HTML has browsers write these characters in a name; they encode no others, and no per cent sign.
_WRITTEN = {"%22": '"', "%0D": "\r", "%0A": "\n"}
# Of dots alone, as a name may be: the file is shown by its kind.
_NO_NAME = "..."
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_ENCODED = re.compile(r";\s*filename\*", re.IGNORECASE)


def _parse_header(line: str) -> tuple[str, dict[str, str]]:
    """Django's function, for names as browsers write them; `filename*=` is already decoded there."""
    value, parameters = parse_header_parameters(line)
    name = parameters.get("filename")
    if name and not _ENCODED.search(_QUOTED.sub("", line)):
        for written, character in _WRITTEN.items():
            name = name.replace(written, character)
        parameters["filename"] = name
    return value, parameters


multipartparser.parse_header_parameters = _parse_header  # type: ignore[attr-defined]


class FormParser(MultiPartParser):
    """Django's parser without its HTML-unescaping of names: `R&amp;D.pdf` and `&lt;b&gt;.pdf` are names.

    `chat.files.names` decides which characters a name may have; here only the path is removed.
    """

    def sanitize_file_name(self, file_name: str) -> str | None:
        """None where no file was chosen: the part is left out. A file whose name is a path alone is kept."""
        last = file_name.replace("\\", "/").rpartition("/")[2]
        return (last if last not in {"", ".", ".."} else _NO_NAME) if file_name else None
