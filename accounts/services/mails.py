"""Mails of accounts: in the person's language, with nothing medical in them."""

from smtplib import SMTPException

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.models import User

# What sending raises when the mail server is unavailable or refuses, or a setting of it cannot be used.
NOT_SENT = (OSError, SMTPException, ValueError, ImproperlyConfigured)


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
