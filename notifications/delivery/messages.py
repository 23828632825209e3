"""Mails about unread messages: one for all of a person, at a moment that the person and the practice allow."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation

from accounts.models import User
from chat.models.side import ROLES
from chat.services.episodes import Episode, episodes_of
from chatsite.database.locking import retry_on_conflict
from notifications import content
from notifications.channels.mail import Mail, MailBox
from notifications.delivery.letters import letter, name_in_mails
from notifications.delivery.post import post
from notifications.models import Beginning, Notice, Preference
from notifications.plan.messages import first_message
from notifications.services import claims, preferences, unsubscribing
from notifications.services.claims import Claim
from notifications.services.moments import may_leave_at
from notifications.services.unsubscribing import Mails
from practice import services as practice

State = Notice.State
# Longer than a person's day with a change of clocks.
_A_DAY = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Due:
    """What is unread of a person, and the notices that tell of it now."""

    person: User
    unread: list[Episode]
    notices: list[Notice]


def deliver(claim: Claim, now: datetime, box: MailBox) -> None:
    """Send what is still unread and wanted, now or when it may leave. Raises Unsent when the mail server is down."""
    due = due_now(claim, now, wants=_wants_mails)
    if due and post(claim, due.notices, now, mail=_mail(claim, due.person, due.unread), box=box):
        steps = practice.current().mail_steps(due.person.role)
        note_told(claim, due, now, steps=steps[:1])


def due_now(claim: Claim, now: datetime, *, wants: Callable[[User, Preference], bool]) -> Due | None:
    """Ask again what is unread and wanted. The rest is noted as not needed, and what may not leave yet is moved."""
    person = User.objects.filter(pk=claim.user_id, is_active=True, role__in=ROLES).first()
    preference = preferences.preference_of(person) if person else None
    unread = _unread(person) if person and preference and wants(person, preference) else []
    begun = {(episode.chat_id, episode.message_id) for episode in unread}
    due = [notice for notice in claim.notices if (notice.number, notice.up_to) in begun]
    claims.done(claim, [notice for notice in claim.notices if notice not in due], now, state=State.SKIPPED)
    if not due or person is None or preference is None:
        return None
    sent = _sent_to(person, claim.channel, now)
    moment = may_leave_at(now, preferences.rules_for(person, preference), sent)
    if moment > now:
        claims.move(claim, to=moment, notices=due)
        return None
    return Due(person, unread, due)


def _wants_mails(person: User, preference: Preference) -> bool:
    return preference.message_mails and bool(practice.current().mail_steps(person.role))


def _unread(person: User) -> list[Episode]:
    since = first_message(Beginning.the_one())
    return [] if since is None else episodes_of(person, since=since)


def _sent_to(person: User, channel: str, now: datetime) -> list[datetime]:
    """When this person was told of messages through this channel, within the last day."""
    sent = Notice.objects.filter(user=person, state=State.SENT, done_at__gt=now - _A_DAY)
    sent = sent.filter(channel=channel, subject__startswith="chat:")
    return [moment for moment in sent.order_by().values_list("done_at", flat=True).distinct() if moment]


def _mail(claim: Claim, person: User, unread: Iterable[Episode]) -> Mail:
    unsubscribe = unsubscribing.link_for(person, Mails.MESSAGES)
    with translation.override(person.language):
        said = content.about_messages(
            unread=sum(episode.unread for episode in unread),
            name=name_in_mails(),
            link=f"{settings.PUBLIC_URL}/",
            unsubscribe=unsubscribe,
        )
    return letter(claim, person, said, unsubscribe=unsubscribe)


def note_told(claim: Claim, due: Due, now: datetime, *, steps: Iterable[int]) -> None:
    """All that is unread was told of, what was not due yet, too: these steps of that are done."""
    told = [
        Notice(
            user=due.person, subject=f"chat:{episode.chat_id}", channel=claim.channel, step=step,
            up_to=episode.message_id, state=State.SENT, created_at=now, done_at=now,
        )
        for step in steps
        for episode in due.unread
    ]  # fmt: skip
    retry_on_conflict(Notice.objects.bulk_create)(told, ignore_conflicts=True)
