"""Sign-ins as accounts publish them, which know nothing of the audit."""

from functools import partial
from typing import Any

from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import Alert, SignIn, StaffRight, User
from accounts.signals import (
    accounts_switched,
    code_refused,
    passkey_refused,
    password_changed,
    proof_refused,
    sign_ins_ended,
)
from audit import trail
from audit.actions import Action
from audit.context import Actor, actor_here, actor_of, request_here


@receiver(post_save, sender=SignIn)
def note_sign_in(sender: type[SignIn], instance: SignIn, created: bool, **kwargs: Any) -> None:
    if created and request_here.get() is not None:
        actor = Actor(instance.user_id, instance.user.role, instance.pk, actor_here().address)
        trail.record_each(Action.SIGN_IN, actor=actor, detail=instance.kind)


@receiver(user_login_failed)
def note_refusal(
    sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """Asked for every address, so that the time of an answer does not tell who has an account."""
    email = User.objects.normalize_email(credentials.get("email"))
    account = User.objects.filter(email=email).values_list("pk", flat=True).first()
    actor = Actor(address=actor_of(request).address) if request else actor_here()
    trail.record_each(Action.SIGN_IN_REFUSED, actor=actor, subject=account)


@receiver(code_refused)
def note_refused_code(sender: object, user_id: int, **kwargs: Any) -> None:
    trail.record_each(Action.SIGN_IN_REFUSED, subject=user_id, detail="second_factor")


@receiver(password_changed)
def note_password(sender: object, user_id: int, **kwargs: Any) -> None:
    """By a command; of a request it is noted what it asked for."""
    if request_here.get() is None:
        trail.record_each(Action.PASSWORD, subject=user_id, detail="command")


@receiver(passkey_refused)
def note_refused_passkey(sender: object, **kwargs: Any) -> None:
    trail.record_each(Action.SIGN_IN_REFUSED, detail="passkey")


@receiver(proof_refused)
def note_refused_proof(sender: object, **kwargs: Any) -> None:
    """A stranger at an open screen knows no password."""
    trail.record(Action.REFUSED, detail="proof")


# What takes an account over, and what people are told of besides a sign-in and a password.
_ACCOUNT = {Alert.Kind.ASKED, Alert.Kind.ADDRESS, Alert.Kind.FACTOR, Alert.Kind.LOST}


@receiver(post_save, sender=Alert)
def note_account(sender: type[Alert], instance: Alert, created: bool, **kwargs: Any) -> None:
    if created and instance.kind in _ACCOUNT:
        _note(Action.ACCOUNT, instance.user_id, instance.kind)


@receiver(post_save, sender=User)
def note_new_person(sender: type[User], instance: User, created: bool, **kwargs: Any) -> None:
    if created:
        _note_role(instance)


@receiver(accounts_switched)
def note_role(sender: object, user_ids: list[int], **kwargs: Any) -> None:
    for person in User.objects.filter(pk__in=user_ids).order_by("pk"):
        _note_role(person)


@receiver(post_save, sender=StaffRight)
def note_right(sender: type[StaffRight], instance: StaffRight, created: bool, **kwargs: Any) -> None:
    if created:
        _note(Action.ROLE, instance.user_id, f"right {instance.right} given")


@receiver(post_delete, sender=StaffRight)
def note_lost_right(sender: type[StaffRight], instance: StaffRight, **kwargs: Any) -> None:
    _note(Action.ROLE, instance.user_id, f"right {instance.right} taken")


def _note_role(person: User) -> None:
    _note(Action.ROLE, person.pk, f"{person.role} {'open' if person.is_active else 'closed'}")


def _note(action: Action, user_id: int, detail: str) -> None:
    """Once it is committed."""
    transaction.on_commit(partial(trail.record_each, action, subject=user_id, detail=detail))


@receiver(sign_ins_ended)
def note_end(sender: object, sign_in_ids: list[int], **kwargs: Any) -> None:
    """Who ended them; what expired ended by itself."""
    if request_here.get() is None:
        return
    for pk in sign_in_ids:
        trail.record_each(Action.SIGN_OUT, subject=pk, detail="sign_in")
