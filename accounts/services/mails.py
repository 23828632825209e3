"""Mails of accounts: who asked for one, and what it says, in the person's language, with nothing medical in it.

A request stores that a mail was asked for, and no more: so its answer takes as long for an unknown address as for a
known one, and no mail server delays it. A worker looks the person up, and makes the link when it sends.
"""

from dataclasses import dataclass

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.models import AccountChange, LinkRequest, User
from accounts.services.link_tokens import link_tokens
from chatsite.database.locking import retry_on_conflict

_TEMPLATES: dict[str, str] = {
    LinkRequest.Kind.RESET: "password_reset_key",
    LinkRequest.Kind.INVITATION: "invitation",
}


@dataclass(frozen=True, slots=True)
class Written:
    """The subject and the text of a mail."""

    subject: str
    text: str


@retry_on_conflict
def ask_for_reset(email: str) -> None:
    """Have a link sent to whoever has this address, if anybody has."""
    # In small letters an address may be longer than it was typed; such a one is nobody's.
    LinkRequest.objects.create(kind=LinkRequest.Kind.RESET, email=email[:320])


@retry_on_conflict
def ask_for_invitation(user: User) -> list[User]:
    """Have this person invited, once they are committed; return whom."""
    LinkRequest.objects.create(kind=LinkRequest.Kind.INVITATION, user=user)
    return [user]


def person_of(request: LinkRequest) -> User | None:
    """Whom the link is for, if anybody with an open account."""
    if request.user_id:
        return User.objects.filter(pk=request.user_id, is_active=True).first()
    person = User.objects.filter(email=request.email, is_active=True).first()
    return person if person and may_have_link(person) else None


def may_have_link(user: User) -> bool:
    """Not while it is undecided which of two addresses is theirs."""
    return not AccountChange.objects.filter(user=user).waiting_address().exists()


def password_link(user: User, *, kind: str) -> Written:
    """A mail with a link that lets this person choose a password, once. Keep it nowhere."""
    link = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": link_tokens.make_token(user)},
    )
    context = {
        "person": user,
        # Never from the Host header, which the sender of the request controls.
        "link": settings.PUBLIC_URL + link,
        "public_url": settings.PUBLIC_URL,
        "clinic_name": settings.CLINIC_NAME,
        "valid_days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }
    template = _TEMPLATES[kind]
    with translation.override(user.language):
        subject = render_to_string(f"account/email/{template}_subject.txt", context).strip()
        text = render_to_string(f"account/email/{template}_message.txt", context)
    return Written(" ".join(subject.splitlines()), text)
