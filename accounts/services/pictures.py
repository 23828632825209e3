"""Whose profile picture it is, and who may see it."""

from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.module_loading import import_string

from accounts.models import User
from chatsite import budgets
from chatsite.budgets import buckets
from chatsite.database.locking import retry_on_conflict
from chatsite.files.pictures import drop_picture, receive_picture


def set_picture(user: User, *, upload: UploadedFile | None) -> None:
    """Make an uploaded image a person's picture, with None remove it; the file of the previous one is deleted.

    Raises FileRefused, FileUnavailable or TooManyRequests; then nothing has changed.
    """
    if upload:
        buckets.spend(budgets.pictures(user.pk))
    before = user.picture
    user.picture = receive_picture(upload) if upload else ""
    retry_on_conflict(user.save)(update_fields=["picture"])
    if before:
        drop_picture(before)


def may_see(viewer: User, *, name: str) -> bool:
    """Whether there is such a picture, for the owner, an admin for people, and whom PROFILE_VIEWERS admits."""
    owner = User.objects.filter(picture=name).first() if name else None
    if owner is None:
        return False
    if viewer.pk == owner.pk or viewer.has_perm("accounts.view_user"):
        return True
    return any(_predicate(path)(viewer, owner) for path in settings.PROFILE_VIEWERS)


@lru_cache
def _predicate(path: str) -> Callable[[User, User], bool]:
    return import_string(path)
