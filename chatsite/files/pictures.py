"""Profile pictures: any accepted image, stored as one small WebP without metadata."""

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from chatsite.files import images, storage
from chatsite.files.uploads import extension_of, in_words, read_upload, refuse_wrong_bytes
from chatsite.http.errors import FileRefused

FOLDER = "profiles"
_SIDE = 512


def receive_picture(upload: UploadedFile) -> str:
    """Check, clean, shrink and store an uploaded profile picture; return its name under `profiles/`.

    Raises FileRefused or StorageUnavailable; then nothing remains.
    """
    data = read_upload(upload, max_bytes=settings.CHAT_MAX_FILE_BYTES)
    extension = extension_of(upload.name or "")
    if extension not in images.IMAGE_TYPES:
        raise FileRefused("file_type_refused", f"A profile picture is a {in_words(images.IMAGE_TYPES)} file.")
    refuse_wrong_bytes(data, extension, images.SEEN_AS[extension])
    images.check_image(data, extension)
    name = storage.random_name("profile", "webp")
    storage.keep_all({f"{FOLDER}/{name}": images.thumbnail(images.strip_metadata(data, extension), _SIDE)})
    return name


def drop_picture(name: str) -> None:
    """Delete a profile picture that no row names any more."""
    storage.drop_all([f"{FOLDER}/{name}"])
