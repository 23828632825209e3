"""Notices for devices: asked again just before, sent to all of a person at the same time, and noted."""

import logging
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from accounts.models import User
from audit.actions import Action
from chat.models.side import ROLES
from chat.services import episodes
from chat.services.chats import total_unread
from chat.services.looking import looking
from chatsite.database.locking import retry_on_conflict
from notifications import content, metrics
from notifications.channels.push import Push, Unsent
from notifications.content import Event
from notifications.delivery.appointment_news import due_now
from notifications.delivery.lines import Lines
from notifications.delivery.noted import note_sent
from notifications.models import Device, Notice
from notifications.plan.clears import kinds_to_clear
from notifications.services import claims, devices, preferences
from notifications.services.claims import Claim
from notifications.services.looking import LATER, delays

logger = logging.getLogger("notifications.push")
State = Notice.State
# After which pauses it is tried again. A mail has told of it by then.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
# Longer than a service takes that answers at all, also behind others; shorter than a claim lasts.
PATIENCE = timedelta(seconds=60)


@dataclass(frozen=True)
class Sending:
    """What is under way to some devices."""

    claim: Claim
    begun_at: datetime
    tries: dict[Device, Future[None]]

    def is_over(self, now: datetime) -> bool:
        return all(future.done() for future in self.tries.values()) or now - self.begun_at > PATIENCE


def devices_to_tell(person: User, notice: Notice, now: datetime) -> list[Device] | None:
    """The devices that are told of this message now; None while those that are told wait for who looks at a chat.

    They are all whose sign-in is valid, or those that are left, without those that show the chat.
    """
    mine = devices.devices_of(person)
    left = [device for device in mine if notice.is_for(device.pk)]
    names = {device: device.sign_in.public_id or "" for device in left}
    waits = delays(names, chat_id=notice.number, looks=looking([person.pk])[person.pk])
    told = {device: wait for device, wait in waits.items() if wait is not None}
    return None if any(notice.created_at + wait > now for wait in told.values()) else list(told)


def begin(claim: Claim, now: datetime, lines: Lines) -> Sending | None:
    """Begin to send it to the devices; None where it is not needed any more, or waits for a later hour."""
    if claim.kind == "appointment":
        return _begin_appointments(claim, now, lines)
    person = User.objects.filter(pk=claim.user_id, is_active=True, role__in=ROLES).first()
    found = _pushes_for(person, claim, now) if person else {}
    if isinstance(found, datetime):
        claims.move(claim, to=found)
        return None
    if not found:
        claims.done(claim, claim.notices, now, state=State.SKIPPED)
        return None
    return Sending(claim, now, {device: lines.send(device, push) for device, push in found.items()})


def _pushes_for(person: User, claim: Claim, now: datetime) -> dict[Device, Push] | datetime:
    """What devices are told now, or when to ask again."""
    if claim.kind == "clear":
        return _clears(person, claim.notices[0])
    preference = preferences.preference_of(person)
    if not preference.message_pushes:
        return {}
    quiet = preferences.quiet_hours(person, preference)
    if quiet.contain(now):
        return quiet.next_end(now)
    [notice] = claim.notices
    told = devices_to_tell(person, notice, now)
    return notice.created_at + LATER if told is None else _messages(person, notice, told)


def _begin_appointments(claim: Claim, now: datetime, lines: Lines) -> Sending | None:
    """That one was changed, or comes, once for all that a device is due. What it is, the mail and the pages say."""
    due = due_now(claim, now, wants=lambda _, preference: preference.message_pushes)
    if due is None:
        return None
    tries, badge = {}, total_unread(due.person)
    for device in devices.devices_of(due.person):
        events = {one.event for one in due.news for notice in one.notices if notice.is_for(device.pk)}
        if events:
            is_reminder = events == {Event.COMES}
            push = content.appointment_push(account=device.account, badge=badge, is_reminder=is_reminder)
            tries[device] = lines.send(device, push)
    if not tries:
        claims.done(claim, due.notices, now, state=State.SKIPPED)
        return None
    return Sending(replace(claim, notices=due.notices), now, tries)


def _messages(person: User, notice: Notice, told: list[Device]) -> dict[Device, Push]:
    """What tells of a message, while it is the newest that is unread: a newer one has a notice of its own."""
    unread = episodes.unread_in(person, chat_id=notice.number)
    if not told or not unread or unread.newest_id != notice.up_to:
        return {}
    numbers = {"chat_id": notice.number, "seq": unread.seq, "badge": total_unread(person)}
    return {device: content.message_push(account=device.account, **numbers) for device in told}


def _clears(person: User, notice: Notice) -> dict[Device, Push]:
    """What withdraws it, unless there is something new by now."""
    told = [device for device in devices.devices_of(person) if device.kind in kinds_to_clear()]
    seq = episodes.seq_of(person, chat_id=notice.number)
    if not told or seq is None or episodes.unread_in(person, chat_id=notice.number):
        return {}
    numbers = {"chat_id": notice.number, "seq": seq, "badge": total_unread(person)}
    return {device: content.clear_push(account=device.account, **numbers) for device in told}


def finish(sending: Sending, now: datetime) -> None:
    """Note what became of it. Devices that could not be reached now are told later, if it is news still."""
    errors = {device: _error_of(future) for device, future in sending.tries.items()}
    told = [device for device, error in errors.items() if error is None]
    devices.note_told(told, now)
    metrics.PUSHES_SENT.inc(len(told))
    if told:
        note_sent(Action.PUSH, sending.claim, sending.claim.notices)
    for device, error in errors.items():
        if error:
            _note(device, error, now)
    for notice in sending.claim.notices:
        tried = {device: error for device, error in errors.items() if notice.is_for(device.pk)}
        _finish(sending.claim, notice, tried, now)


def _finish(claim: Claim, notice: Notice, tried: dict[Device, Unsent | None], now: datetime) -> None:
    failed = {device: error for device, error in tried.items() if error and not error.gone}
    if claim.kind == "clear":
        # What withdraws something is tried once: the next push has the number, too.
        failed = {}
    left = {device: error for device, error in failed.items() if not error.for_good}
    if None not in tried.values():
        if failed:
            _note_failure(claim, notice, failed, now)
        else:
            claims.done(claim, [notice], now, state=State.SKIPPED)
    elif left and claim.kind == "appointment":
        # Its steps are minutes, so there is no row beside it for the rest.
        claims.leave(claim, notice, devices=[device.pk for device in left], to=_next_try(left, now))
    else:
        claims.done(claim, [notice], now, state=State.SENT)
        _plan_rest(notice, left, now)


def _error_of(future: Future[None]) -> Unsent | None:
    if not future.done():
        # What has not begun must not be sent beside the next try.
        future.cancel()
        return Unsent("Timeout", is_down=True)
    try:
        error = future.exception()
    except CancelledError:
        return Unsent("Cancelled")
    # What nobody foresaw about this one: its kind alone.
    return error if isinstance(error, Unsent | None) else Unsent(type(error).__name__, for_good=True)


def _note(device: Device, error: Unsent, now: datetime) -> None:
    devices.note_failure(device, error, now)
    metrics.PUSH_TRIES_FAILED.labels(device.kind, error.sort).inc()
    if error.gone:
        metrics.DEVICES_GONE.inc()
    logger.warning("a push was not sent: %s", error.kind)


def _note_failure(claim: Claim, notice: Notice, errors: dict[Device, Unsent], now: datetime) -> None:
    """Nobody was told."""
    kind, for_good = next(iter(errors.values())).kind, all(error.for_good for error in errors.values())
    wait = _soonest({device: error for device, error in errors.items() if not error.for_good})
    if claims.failed(claim, [notice], now, error=kind, for_good=for_good, pauses=PAUSES, at_least=wait):
        metrics.PUSHES_FAILED.inc()
        logger.error("a notice to devices is given up: %s", kind)


def _plan_rest(notice: Notice, left: dict[Device, Unsent], now: datetime) -> None:
    """A notice for the devices that are left: this one has the moment at which its person was first told."""
    if not left:
        return
    rest = Notice(
        user_id=notice.user_id, subject=notice.subject, channel=notice.channel, up_to=notice.up_to,
        step=notice.step + 1, devices=[device.pk for device in left], created_at=now,
        next_try_at=_next_try(left, now),
    )  # fmt: skip
    retry_on_conflict(Notice.objects.bulk_create)([rest], ignore_conflicts=True)


def _next_try(left: dict[Device, Unsent], now: datetime) -> datetime:
    """A minute later, or when the first of their services wants it."""
    return now + max(PAUSES[0], _soonest(left))


def _soonest(errors: dict[Device, Unsent]) -> timedelta:
    """When the first of their services wants the next try."""
    return timedelta(seconds=min((error.retry_after or 0 for error in errors.values()), default=0))
