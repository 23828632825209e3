"""Profile pictures: any accepted image, stored as one small WebP without metadata."""

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_noop as _

from chatsite.files import antivirus, images, storage
from chatsite.files.kinds import kind_of
from chatsite.files.photos import open_photo
from chatsite.files.uploads import in_words, read_upload
from chatsite.http.errors import FileRefused
from chatsite.http.sentences import sentence

FOLDER = "profiles"
_SIDE = 512


def receive_picture(upload: UploadedFile) -> str:
    """Scan, check, clean, shrink and store an uploaded profile picture; return its name under `profiles/`.

    Raises FileRefused or FileUnavailable; then nothing remains.
    """
    data = read_upload(upload, max_bytes=settings.CHAT_MAX_FILE_BYTES)
    antivirus.scan(data)
    kind = kind_of(data)
    if kind not in images.IMAGE_TYPES:
        refused = sentence(_("A profile picture is a {pictures} file."), pictures=in_words(images.offered_extensions()))
        raise FileRefused("file_type_refused", refused)
    small = open_photo(data, kind, side=_SIDE).thumbnail
    name = storage.random_name("profile", "webp")
    storage.keep_all({f"{FOLDER}/{name}": small})
    return name


def drop_picture(name: str) -> None:
    """Delete a profile picture that no row names any more."""
    storage.drop_all([f"{FOLDER}/{name}"])
