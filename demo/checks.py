"""System check: nobody signs in to real conversations with the public password of the demo."""

from collections.abc import Sequence

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from accounts.models import User
from demo import people, seeding


@register(Tags.database)
def check_public_password(databases: Sequence[str] | None = None, **kwargs: object) -> list[CheckMessage]:
    if settings.DEBUG or not databases:
        return []
    try:
        open_accounts = [user for user in seeding.accounts() if user.is_active]
    except DatabaseError:
        # Before the first migration there are no people.
        return []
    for user in open_accounts:
        if has_public_password(user):
            message = f"{user.email} signs in with the demo's public password, and DEBUG is off."
            hint = "Use a database without the demo, or end those passwords: .venv/bin/python manage.py end_password"
            return [Error(message, hint=hint, id="demo.E001")]
    return []


def has_public_password(user: User) -> bool:
    # Not the user's own method: it would save a stronger hash.
    return check_password(people.PASSWORD, user.password)
