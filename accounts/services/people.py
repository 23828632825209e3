"""Creating people, and the changes to their accounts that end every sign-in they have."""

from collections.abc import Collection

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import AccountChange, Role, User
from accounts.services import account_changes, alerts, mails, pictures, sign_ins
from accounts.services.hashing import slots
from accounts.signals import accounts_switched, password_changed, presence_switched
from chatsite.database.locking import retry_on_conflict


@retry_on_conflict
@transaction.atomic
def add(admin: User, *, user: User) -> User:
    """Save a new person, who chooses a password through the link of an invitation."""
    user.set_unusable_password()
    user.save()
    if user.role == Role.ADMIN:
        account_changes.note(admin, user=user, kind=AccountChange.Kind.MADE)
    return user


@retry_on_conflict
@transaction.atomic
def save_changes(admin: User, *, user: User, changed: Collection[str]) -> None:
    """Save what an administrator changed of a person. Another address waits: see `account_changes`."""
    changed = set(changed)
    former = User.objects.values("email", "role").get(pk=user.pk)
    if "email" in changed and user.last_login:
        new_email, user.email = User.objects.normalize_email(user.email), former["email"]
        changed.remove("email")
        if new_email != user.email:
            account_changes.ask_for_address(admin, user=user, new_email=new_email)
    user.save(update_fields=changed)
    if user.role != former["role"] and user.last_login:
        account_changes.note(admin, user=user, kind=AccountChange.Kind.ROLE)
    elif user.role == Role.ADMIN and (user.role, user.email) != (former["role"], former["email"]):
        account_changes.note(admin, user=user, kind=AccountChange.Kind.MADE)
    if "role" in changed and user.role != Role.ADMIN:
        user.staff_rights.all().delete()
    if {"role", "is_active"} & set(changed):
        sign_ins.end_all(user)
        _publish([user.pk])


def save_profile(
    user: User, *, changed: Collection[str], picture: UploadedFile | None = None, remove_picture: bool = False
) -> None:
    """Save what a person changed about themselves; a new picture has precedence over `remove_picture`.

    Raises FileRefused, FileUnavailable or TooManyRequests for the picture; then nothing has changed.
    """
    if picture or remove_picture:
        pictures.set_picture(user, upload=picture)
    retry_on_conflict(user.save)(update_fields=list(changed))
    if "shows_presence" in changed:
        transaction.on_commit(lambda: presence_switched.send_robust(User, user_ids=[user.pk]))


def showing_presence(user_ids: Collection[int]) -> dict[int, str]:
    """Those of these people who have an open account and show when they are online, each with the role."""
    people = User.objects.filter(pk__in=user_ids, is_active=True, shows_presence=True)
    return dict(people.values_list("pk", "role")) if user_ids else {}


def set_password(user: User, *, password: str) -> None:
    """Give a person another password. Raises PasswordsBusy, and has changed nothing."""
    with slots.one(known=True):
        user.set_password(password)
    _save_password(user)


@retry_on_conflict
@transaction.atomic
def _save_password(user: User) -> None:
    user.save(update_fields=["password"])
    follow_new_password(user)


@retry_on_conflict
@transaction.atomic
def follow_new_password(user: User) -> None:
    """End what was opened with the former one, and tell the person."""
    sign_ins.end_all(user)
    alerts.password_changed(user)
    transaction.on_commit(lambda: password_changed.send_robust(User, user_id=user.pk))


@retry_on_conflict
@transaction.atomic
def activate(users: QuerySet[User]) -> list[User]:
    """Reopen the accounts of a queryset, and return them; their devices have to sign in again."""
    closed = list(users.filter(is_active=False))
    ids = [user.pk for user in closed]
    User.objects.filter(pk__in=ids).update(is_active=True)
    _publish(ids)
    return closed


@retry_on_conflict
@transaction.atomic
def deactivate(users: QuerySet[User]) -> list[User]:
    """Close the accounts of a queryset, and return them."""
    open_ = list(users.filter(is_active=True))
    ids = [user.pk for user in open_]
    User.objects.filter(pk__in=ids).update(is_active=False)
    sign_ins.end_all_of(ids)
    _publish(ids)
    return open_


@retry_on_conflict
@transaction.atomic
def sign_out(users: QuerySet[User]) -> list[User]:
    """End every sign-in of the people of a queryset, and return them."""
    found = list(users)
    sign_ins.end_all_of([user.pk for user in found])
    return found


@retry_on_conflict
@transaction.atomic
def end_password(user: User) -> list[User]:
    """Let a password open nothing any more, and have a link to choose another mailed; return whose."""
    user.set_unusable_password()
    user.save(update_fields=["password"])
    sign_ins.end_all(user)
    alerts.password_ended(user)
    mails.ask_for_reset(user.email)
    return [user]


def _publish(ids: list[int]) -> None:
    if ids:
        transaction.on_commit(lambda: accounts_switched.send_robust(User, user_ids=ids))
