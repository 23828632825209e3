"""Mails about the account: nobody can end them, and no hours hold them up."""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

from accounts.models import Alert, User
from accounts.services import alerts
from notifications.channels.mail import Mail, MailBox
from notifications.delivery.keys import key_of
from notifications.delivery.post import post
from notifications.models import Notice
from notifications.services import claims
from notifications.services.claims import Claim

State = Notice.State
NEW_DEVICES = [f"account:{kind}" for kind in (Alert.Kind.NEW_DEVICE, Alert.Kind.HALF_WAY)]
# A program that signs in again and again is told of in one mail an hour.
APART = timedelta(hours=1)


def deliver(claim: Claim, now: datetime, box: MailBox) -> None:
    """Send what is due, unless the account was closed meanwhile. Raises Unsent when the mail server is down."""
    person = User.objects.filter(pk=claim.user_id, is_active=True).first()
    told_of = [notice.up_to for notice in claim.notices]
    found = Alert.objects.select_related("sign_in").in_bulk(told_of) if person else {}
    gone = [notice for notice in claim.notices if notice.up_to not in found]
    claims.done(claim, gone, now, state=State.SKIPPED)
    due = [notice for notice in claim.notices if notice.up_to in found]
    if person is None or not due:
        return
    if all(notice.subject in NEW_DEVICES for notice in due) and (last := _last_told(person, now)):
        claims.move(claim, to=last + APART, notices=due)
        return
    by_address: dict[str, list[Notice]] = defaultdict(list)
    for notice in due:
        by_address[found[notice.up_to].former_email or person.email].append(notice)
    for address, notices in by_address.items():
        written = alerts.written(person, [found[notice.up_to] for notice in notices])
        key = key_of(replace(claim, notices=notices))
        post(claim, notices, now, mail=Mail(to=address, subject=written.subject, text=written.text, key=key), box=box)


def _last_told(person: User, now: datetime) -> datetime | None:
    """When the person was last told of a new device, within the hour."""
    sent = Notice.objects.filter(user=person, state=State.SENT, done_at__gt=now - APART, subject__in=NEW_DEVICES)
    return sent.order_by("-done_at").values_list("done_at", flat=True).first()
