"""Mails of accounts: in the person's language, with nothing medical in them.

They are written and sent behind the answer (`chatsite.background`). So an answer takes as long for an unknown address
as for a known one, and no mail server delays it.
"""

from functools import partial

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from chatsite.background import background


def queue_reset(email: str) -> bool:
    """Have a link sent to whoever has this address, if anybody has; False when too many mails wait."""
    return background.put(partial(_send_reset, email))


def queue_invitation(user: User) -> bool:
    """Have this person invited, once they are committed; False when too many mails wait."""
    return background.put(partial(_send_invitation, user.pk))


def _send_reset(email: str) -> None:
    if user := User.objects.filter(email=email, is_active=True).first():
        send_password_link(user, template="password_reset_key")


def _send_invitation(user_id: int) -> None:
    if user := User.objects.filter(pk=user_id, is_active=True).first():
        send_password_link(user, template="invitation")


def send_password_link(user: User, *, template: str) -> None:
    """Send `account/email/<template>` with a link that lets this person choose a password, once."""
    link = reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
    context = {
        "person": user,
        # Never from the Host header, which the sender of the request controls.
        "link": settings.PUBLIC_URL + link,
        "public_url": settings.PUBLIC_URL,
        "clinic_name": settings.CLINIC_NAME,
        "valid_days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }
    with translation.override(user.language):
        subject = render_to_string(f"account/email/{template}_subject.txt", context).strip()
        text = render_to_string(f"account/email/{template}_message.txt", context)
    send_mail(" ".join(subject.splitlines()), text, None, [user.email])
