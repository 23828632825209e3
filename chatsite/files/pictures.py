"""Profile pictures: any accepted image, stored as one small WebP without metadata."""

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_noop as _

from chatsite.files import images, storage
from chatsite.files.kinds import kind_of
from chatsite.files.uploads import in_words, read_upload
from chatsite.http.errors import FileRefused
from chatsite.http.sentences import sentence

FOLDER = "profiles"
_SIDE = 512


def receive_picture(upload: UploadedFile) -> str:
    """Check, clean, shrink and store an uploaded profile picture; return its name under `profiles/`.

    Raises FileRefused or StorageUnavailable; then nothing remains.
    """
    data = read_upload(upload, max_bytes=settings.CHAT_MAX_FILE_BYTES)
    kind = kind_of(data)
    if kind not in images.IMAGE_TYPES:
        refused = sentence(_("A profile picture is a {pictures} file."), pictures=in_words(images.IMAGE_TYPES))
        raise FileRefused("file_type_refused", refused)
    images.check_image(data, kind)
    name = storage.random_name("profile", "webp")
    storage.keep_all({f"{FOLDER}/{name}": images.thumbnail(images.strip_metadata(data, kind), _SIDE)})
    return name


def drop_picture(name: str) -> None:
    """Delete a profile picture that no row names any more."""
    storage.drop_all([f"{FOLDER}/{name}"])
