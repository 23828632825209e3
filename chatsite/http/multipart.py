"""Multipart forms as they were sent: file names are not rewritten, and bytes that are no UTF-8 are not guessed at."""

import codecs

from django.http.multipartparser import MultiPartParser

# Django decodes fields with errors="replace", whatever the encoding; this one does not know how to replace.
STRICT = "utf-8-strict"


def _strict_codec(name: str) -> codecs.CodecInfo | None:
    if name != STRICT.replace("-", "_"):
        return None
    utf8 = codecs.lookup("utf-8")
    return codecs.CodecInfo(utf8.encode, lambda data, errors="strict": utf8.decode(data, "strict"), name=STRICT)


codecs.register(_strict_codec)


class FormParser(MultiPartParser):
    """Django's own, which would HTML-unescape names: `R&amp;D.pdf` is a name, and so is `&lt;b&gt;.pdf`.

    What a name may show is decided in `chat.files.names`; here it only stops being a path.
    """

    def sanitize_file_name(self, file_name: str) -> str | None:
        last = file_name.replace("\\", "/").rpartition("/")[2]
        return None if last in {"", ".", ".."} else last
