"""Profile pictures: small, without metadata, and not for everybody."""

from functools import lru_cache

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import User
from chatsite.errors import FileRefused
from chatsite.images import IMAGE_TYPES, check_image, strip_metadata, thumbnail
from chatsite.storage import drop_all, keep_all, random_name
from chatsite.uploads import extension_of, read_upload, refuse_wrong_bytes

FOLDER = "profiles"
SIDE = 512


def draw_picture(upload) -> bytes:
    """The profile picture made of an uploaded image; raises `FileRefused`."""
    extension = extension_of(upload.name)
    if extension not in IMAGE_TYPES:
        raise FileRefused("file_type_refused", "Send a JPEG, PNG, GIF or WebP picture.")
    data = read_upload(upload, max_bytes=settings.CHAT_MAX_FILE_BYTES)
    refuse_wrong_bytes(data, extension, {IMAGE_TYPES[extension]})
    check_image(data, extension)
    return thumbnail(strip_metadata(data, extension), side=SIDE)


def set_picture(user: User, *, picture: bytes | None) -> None:
    """Keep a drawn picture, or none; the one before goes. The file comes before the row that names it."""
    before = user.picture
    user.picture = random_name("profile", "webp") if picture else ""
    if picture:
        keep_all({f"{FOLDER}/{user.picture}": picture})
    user.save(update_fields=["picture"])
    if before:
        drop_all([f"{FOLDER}/{before}"])


def may_see(viewer: User, *, name: str) -> bool:
    """Whether there is such a picture, for the owner, an admin, and whom PROFILE_VIEWERS admits."""
    owner = User.objects.filter(picture=name).first() if name else None
    if owner is None:
        return False
    if viewer.pk == owner.pk or viewer.is_staff:
        return True
    return any(_predicate(path)(viewer, owner) for path in settings.PROFILE_VIEWERS)


@lru_cache
def _predicate(path: str):
    return import_string(path)
