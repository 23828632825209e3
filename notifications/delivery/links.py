"""Mails with a link that lets a person choose a password. The link is made now, and kept nowhere."""

from datetime import datetime

from accounts.models import User
from accounts.services import mails
from notifications.channels.mail import Mail, MailBox
from notifications.delivery.keys import key_of
from notifications.delivery.post import post
from notifications.models import Notice
from notifications.services import claims
from notifications.services.claims import Claim


def deliver(claim: Claim, now: datetime, box: MailBox) -> None:
    """Send the link, unless the account was closed or another address waits. Raises Unsent without a mail server."""
    person = User.objects.filter(pk=claim.user_id, is_active=True).first()
    if person is None or not mails.may_have_link(person):
        claims.done(claim, claim.notices, now, state=Notice.State.SKIPPED)
        return
    written = mails.password_link(person, kind=claim.kind)
    mail = Mail(to=person.email, subject=written.subject, text=written.text, key=key_of(claim))
    post(claim, claim.notices, now, mail=mail, box=box)
