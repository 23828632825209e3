"""What people are told of about their account, and what the mail says.

Whoever causes one waits for a row only. A person who never signed in is told nothing: the first sign-in and the first
password are what the invitation asked for, and a wrong address that is put right is a stranger's.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.devices import is_recognised
from accounts.models import AccountChange, Alert, SignIn, User
from accounts.services.address_links import link_of
from accounts.services.mails import Written
from chatsite.database.locking import retry_on_conflict
from chatsite.dates import in_full


@retry_on_conflict
def signed_in_on_new_device(user: User, *, device_name: str) -> None:
    """`user` is as before this sign-in."""
    _note(user, Alert.Kind.NEW_DEVICE, device_name=device_name[:200])


@retry_on_conflict
def password_given_on_new_device(user: User, *, device_name: str) -> None:
    """Whether the second factor follows or not: whoever gave the password knows it."""
    _note(user, Alert.Kind.HALF_WAY, device_name=device_name[:200])


def password_changed(user: User) -> None:
    _note(user, Alert.Kind.PASSWORD)


def password_ended(user: User) -> None:
    """By the practice."""
    _note(user, Alert.Kind.ENDED)


def address_asked(user: User) -> None:
    """The practice wants to change it. The mail goes to the present one, which can agree or stop it."""
    _note(user, Alert.Kind.ASKED, former_email=user.email)


def address_changed(user: User, *, former: str) -> None:
    """The mail goes to the former address."""
    _note(user, Alert.Kind.ADDRESS, former_email=former)


def factor_reset_asked(user: User) -> None:
    _note(user, Alert.Kind.LOST)


def factor_changed(user: User) -> None:
    _note(user, Alert.Kind.FACTOR)


def sign_in_ends(sign_in: SignIn) -> None:
    _note(sign_in.user, Alert.Kind.ENDING, device_name=sign_in.device_name, sign_in=sign_in)


def _note(user: User, kind: str, **values: Any) -> None:
    if user.last_login is not None:
        Alert.objects.create(user=user, kind=kind, happened_at=timezone.now(), **values)


def between(since: datetime, until: datetime) -> list[Alert]:
    """What happened within these moments: a range of the key on `happened_at`."""
    return list(Alert.objects.filter(happened_at__gte=since, happened_at__lte=until))


def written(user: User, alerts: Sequence[Alert]) -> Written:
    """A mail about these, in the person's language and zone. Without a name: the address may be a stranger's."""
    kinds = {alert.kind for alert in alerts}
    context = {
        "kind": kinds.pop() if len(kinds) == 1 else "",
        # No link to a password is sent then.
        "address_waits": AccountChange.objects.filter(user=user).waiting_address().exists(),
        "link": f"{settings.PUBLIC_URL}{reverse('account_reset_password')}",
        "clinic_name": settings.CLINIC_NAME,
    }
    with translation.override(user.language), timezone.override(user.zone):
        context["lines"] = [_line(alert, user) for alert in alerts]
        subject = render_to_string("account/email/alert_subject.txt", context)
        text = render_to_string("account/email/alert_message.txt", context)
    return Written(" ".join(subject.split()), text)


def _line(alert: Alert, user: User) -> str:
    if alert.kind == Alert.Kind.ASKED:
        return _asked(alert, user)
    # What an unknown program calls itself may be a link, or anything else.
    device = alert.device_name if is_recognised(alert.device_name) else ""
    if alert.kind == Alert.Kind.ENDING and alert.sign_in:
        return _ending(alert.sign_in, device)
    sentences = {
        Alert.Kind.PASSWORD: _("%(at)s: the password of your account was changed."),
        Alert.Kind.ENDED: _(
            "%(at)s: the practice ended the password of your account. A mail of its own has a link to choose another."
        ),
        Alert.Kind.ADDRESS: _(
            "%(at)s: the practice changed the e-mail address of your account. Mails no longer come to this one."
        ),
        Alert.Kind.LOST: _(
            "%(at)s: the practice was asked to remove the second factor of your account. It is removed when another "
            "administrator agrees, or after 72 hours. To keep it, sign in with it."
        ),
        Alert.Kind.FACTOR: _("%(at)s: the second factor of your account was changed."),
        Alert.Kind.NEW_DEVICE: _("%(at)s: somebody signed in to your account on a new device, %(device)s.")
        if device
        else _("%(at)s: somebody signed in to your account on a new device."),
        Alert.Kind.HALF_WAY: _(
            "%(at)s: the password of your account was given on a new device, %(device)s. It was asked for your second "
            "factor."
        )
        if device
        else _("%(at)s: the password of your account was given on a new device. It was asked for your second factor."),
    }
    return sentences[Alert.Kind(alert.kind)] % {"at": in_full(alert.happened_at), "device": device}


def _asked(alert: Alert, user: User) -> str:
    asked = _("%(at)s: the practice asked for another e-mail address of your account.")
    line = asked % {"at": in_full(alert.happened_at)}
    change = AccountChange.objects.filter(user=user).waiting_address().first()
    if change is None:
        return line
    until = _(
        "Until %(due)s mails still come to this one, and no link to a new password is sent to either. Then the new "
        "one is used, and all your devices are signed out. To agree at once, or to keep this address:"
    )
    return f"{line} {until % {'due': in_full(change.due_at)}}\n\n{link_of(change)}\n"


def _ending(sign_in: SignIn, device: str) -> str:
    ends = _("You will be signed out on %(device)s on %(at)s.") if device else _("You will be signed out on %(at)s.")
    return ends % {"at": in_full(sign_in.latest_end), "device": device}
