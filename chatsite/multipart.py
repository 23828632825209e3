"""Multipart forms whose file names arrive as the person's device gave them."""

from django.http.multipartparser import MultiPartParser


class FormParser(MultiPartParser):
    """Django's own, which would HTML-unescape names: `R&amp;D.pdf` is a name, and so is `&lt;b&gt;.pdf`.

    What a name may show is decided in `chat.files.names`; here it only stops being a path.
    """

    def sanitize_file_name(self, file_name: str) -> str | None:
        last = file_name.replace("\\", "/").rpartition("/")[2]
        return None if last in {"", ".", ".."} else last
