"""Notices for devices: asked again just before, sent to all of a person at the same time, and noted."""

import logging
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from chat.models.side import ROLES
from chat.services import episodes
from chat.services.chats import total_unread
from chatsite.database.locking import retry_on_conflict
from notifications import content, metrics
from notifications.channels.push import Unsent
from notifications.delivery.lines import Lines
from notifications.models import Device, Notice
from notifications.services import claims, devices, preferences
from notifications.services.claims import Claim

logger = logging.getLogger("notifications.push")
State = Notice.State
# After which pauses it is tried again. A mail has told of it by then.
PAUSES = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60)]
# Longer than a service takes that answers at all. What is under way then is tried again.
PATIENCE = timedelta(seconds=30)


@dataclass(frozen=True)
class Sending:
    """A notice that is under way to some devices."""

    claim: Claim
    notice: Notice
    begun_at: datetime
    tries: dict[Device, Future[None]]

    def is_over(self, now: datetime) -> bool:
        return all(future.done() for future in self.tries.values()) or now - self.begun_at > PATIENCE


def devices_to_tell(person: User, notice: Notice) -> list[Device]:
    """The devices that are told of this message now: all whose sign-in is valid, or those that are left."""
    mine = devices.devices_of(person)
    return mine if notice.devices is None else [device for device in mine if device.pk in notice.devices]


def begin(claim: Claim, now: datetime, lines: Lines) -> Sending | None:
    """Begin to send it to the devices; None where it is not needed any more, or waits for a later hour."""
    [notice] = claim.notices
    person = User.objects.filter(pk=claim.user_id, is_active=True, role__in=ROLES).first()
    unread = episodes.unread_in(person, chat_id=notice.number) if person else None
    # A newer message has a notice of its own, which says the same.
    if person is None or unread is None or unread.newest_id != notice.up_to:
        claims.done(claim, [notice], now, state=State.SKIPPED)
        return None
    preference = preferences.preference_of(person)
    quiet = preferences.quiet_hours(person, preference)
    told = devices_to_tell(person, notice) if preference.message_pushes else []
    if not told:
        claims.done(claim, [notice], now, state=State.SKIPPED)
        return None
    if quiet.contain(now):
        claims.move(claim, to=quiet.next_end(now))
        return None
    numbers = {"chat_id": notice.number, "seq": unread.seq, "badge": total_unread(person)}
    tries = {device: lines.send(device, content.message_push(account=device.account, **numbers)) for device in told}
    return Sending(claim, notice, now, tries)


def finish(sending: Sending, now: datetime) -> None:
    """Note what became of it. Devices that could not be reached now are told later, if it is unread still."""
    errors = {device: _error_of(future) for device, future in sending.tries.items()}
    told = [device for device, error in errors.items() if error is None]
    devices.note_told(told, now)
    metrics.PUSHES_SENT.inc(len(told))
    failed = {device: error for device, error in errors.items() if error}
    for device, error in failed.items():
        _note(device, error, now)
    left = {device: error for device, error in failed.items() if not (error.gone or error.for_good)}
    if told:
        claims.done(sending.claim, [sending.notice], now, state=State.SENT)
        if left:
            _plan_rest(sending.notice, left, now)
    elif any(not error.gone for error in failed.values()):
        _note_failure(sending, left or failed, now)
    else:
        claims.done(sending.claim, [sending.notice], now, state=State.SKIPPED)


def _error_of(future: Future[None]) -> Unsent | None:
    try:
        error = future.exception(timeout=0)
    except (TimeoutError, CancelledError):
        return Unsent("Timeout", is_down=True)
    # What nobody foresaw about this one: its kind alone.
    return error if isinstance(error, Unsent | None) else Unsent(type(error).__name__, for_good=True)


def _note(device: Device, error: Unsent, now: datetime) -> None:
    devices.note_failure(device, error, now)
    metrics.PUSH_TRIES_FAILED.inc()
    if error.gone:
        metrics.DEVICES_GONE.inc()
    logger.warning("a push was not sent: %s", error.kind)


def _note_failure(sending: Sending, errors: dict[Device, Unsent], now: datetime) -> None:
    """Nobody was told."""
    soonest, for_good = _soonest(errors), all(error.for_good for error in errors.values())
    kind = next(iter(errors.values())).kind
    if claims.failed(
        sending.claim, [sending.notice], now, error=kind, for_good=for_good, pauses=PAUSES, at_least=soonest
    ):
        metrics.PUSHES_FAILED.inc()
        logger.error("a notice to devices is given up: %s", kind)


def _plan_rest(notice: Notice, left: dict[Device, Unsent], now: datetime) -> None:
    """A notice for the devices that are left, a minute later on the ladder or when their service wants it."""
    rest = Notice(
        user_id=notice.user_id, subject=notice.subject, channel=notice.channel, up_to=notice.up_to,
        step=notice.step + 1, devices=[device.pk for device in left], created_at=now,
        next_try_at=now + max(PAUSES[0], _soonest(left)),
    )  # fmt: skip
    retry_on_conflict(Notice.objects.bulk_create)([rest], ignore_conflicts=True)


def _soonest(errors: dict[Device, Unsent]) -> timedelta:
    """When the first of their services wants the next try."""
    return timedelta(seconds=min((error.retry_after or 0 for error in errors.values()), default=0))
