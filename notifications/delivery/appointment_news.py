"""What there is to tell a person of appointments, by notices that are due: asked just before it is sent."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from appointments import occasions
from appointments.models import Appointment, AppointmentChange
from chat.models.side import ROLES
from notifications.content import Event
from notifications.models import Notice, Preference
from notifications.plan.appointments import CHANGED, reminds_of
from notifications.services import claims, preferences
from notifications.services.claims import Claim
from notifications.services.moments import Hours
from practice import services as practice

State, Kind = Notice.State, AppointmentChange.Kind
# One that is given to another doctor is something else for each of the three.
_EVENTS = {
    Kind.REQUESTED: Event.REQUESTED,
    Kind.PROPOSED: Event.PROPOSED,
    Kind.CONFIRMED: Event.CONFIRMED,
    Kind.DECLINED: Event.DECLINED,
    Kind.WITHDRAWN: Event.WITHDRAWN,
    Kind.REFUSED: Event.REFUSED,
    Kind.MADE: Event.MADE,
    Kind.MOVED: Event.CHANGED,
    Kind.CHANGED: Event.CHANGED,
    Kind.CANCELLED: Event.CANCELLED,
}
_WAITS, _BEGINS = {Event.REQUESTED, Event.PROPOSED}, {Event.MADE, Event.CONFIRMED}
STANDS, _ENDS = {*_BEGINS, Event.CHANGED}, {Event.CANCELLED, Event.WITHDRAWN, Event.REFUSED, Event.DECLINED}


@dataclass(frozen=True, slots=True)
class News:
    """What there is to say of an appointment, by these notices."""

    event: Event
    appointment: Appointment
    notices: list[Notice]


@dataclass(frozen=True, slots=True)
class Due:
    """What there is to tell a person now, by which notices."""

    person: User
    news: list[News]

    @property
    def notices(self) -> list[Notice]:
        return [notice for one in self.news for notice in one.notices]


def due_now(claim: Claim, now: datetime, *, wants: Callable[[User, Preference], bool]) -> Due | None:
    """Ask again what is so and wanted. The rest is noted as not needed, and what quiet hours hold up is moved."""
    person = User.objects.filter(pk=claim.user_id, is_active=True, role__in=ROLES).first()
    preference = preferences.preference_of(person) if person else None
    news = list(news_of(person, claim, now)) if person and preference and wants(person, preference) else []
    told = [notice for one in news for notice in one.notices]
    claims.done(claim, [notice for notice in claim.notices if notice not in told], now, state=State.SKIPPED)
    if not news or person is None or preference is None:
        return None
    moment = may_leave_at(now, preferences.quiet_hours(person, preference), news)
    if moment > now:
        claims.move(claim, to=moment, notices=told)
        return None
    return Due(person, news)


def news_of(person: User, claim: Claim, now: datetime) -> Iterator[News]:
    """What is true now, by appointment: the next one first. What has begun is no news."""
    found = Appointment.objects.filter(pk__in={notice.number for notice in claim.notices}, starts_at__gt=now)
    found = found.order_by("starts_at", "pk")
    done, told = occasions.changes_of([appointment.pk for appointment in found]), _told(person, claim)
    for appointment in found:
        notices = [notice for notice in claim.notices if notice.number == appointment.pk]
        versions = [notice.up_to for notice in notices if notice.step == CHANGED]
        reminders = [notice for notice in notices if _is_reminder(notice, person, appointment)]
        changes, states = done.get(appointment.pk, {}), told.get(appointment.pk, {})
        newest = changes.get(max(versions, default=-1))
        if event := newest and _became(person, appointment, newest, changes, states):
            yield News(event, appointment, notices)
        elif reminders:
            yield News(Event.COMES, appointment, reminders)


def may_leave_at(now: datetime, quiet: Hours, news: Sequence[News]) -> datetime:
    """The end of the quiet hours, unless one of these appointments would have begun by then."""
    end = quiet.next_end(now) if quiet.contain(now) else now
    return end if all(one.appointment.starts_at > end for one in news) else now


def _became(
    person: User,
    appointment: Appointment,
    newest: AppointmentChange,
    changes: Mapping[int, AppointmentChange],
    told: Mapping[int, str],
) -> Event | None:
    """What became of it for this person, if the newest change that is due is news. It tells of older ones, too.

    `changes` has all of them by version, `told` what became of the notices about those.
    """
    event = _event_of(person, newest)
    if event in _ENDS and told.get(0) == State.WAITING:
        # Whoever has not heard of its beginning need not hear of its end.
        return None
    if not _takes_part(person, appointment):
        return event if person.pk == newest.former_doctor_id else None
    if appointment.version != newest.version or not _is_so(appointment, event):
        return None
    return _untold_beginning(person, changes, told) or event if event == Event.CHANGED else event


def _event_of(person: User, change: AppointmentChange) -> Event:
    if change.kind != Kind.GIVEN:
        return _EVENTS[Kind(change.kind)]
    if person.pk == change.former_doctor_id:
        return Event.CANCELLED
    return Event.MADE if person.pk == change.doctor_id else Event.CHANGED


def _is_so(appointment: Appointment, event: Event) -> bool:
    if event in _WAITS:
        return appointment.is_requested
    return appointment.is_planned if event in STANDS else appointment.is_off


def _untold_beginning(person: User, changes: Mapping[int, AppointmentChange], told: Mapping[int, str]) -> Event | None:
    """That it was made or confirmed, where the person was not told of that, nor of anything since."""
    for version in sorted(told, reverse=True):
        if told[version] == State.SENT or version not in changes:
            return None
        if (event := _event_of(person, changes[version])) in _BEGINS:
            return event
    return None


def _takes_part(person: User, appointment: Appointment) -> bool:
    return person.pk == (appointment.doctor_id if person.is_doctor else appointment.patient_id)


def _is_reminder(notice: Notice, person: User, appointment: Appointment) -> bool:
    """Whether it is wanted still, and for the time at which the appointment is now."""
    concerns = appointment.is_planned and _takes_part(person, appointment)
    wanted = notice.step in practice.current().reminder_steps(person.role)
    return concerns and wanted and notice.up_to == reminds_of(appointment.starts_at)


def _told(person: User, claim: Claim) -> dict[int, dict[int, str]]:
    """What became of the notices about changes of these appointments: by appointment and version."""
    rows = Notice.objects.filter(user=person, channel=claim.channel, step=CHANGED)
    found: dict[int, dict[int, str]] = {}
    for row in rows.filter(subject__in={notice.subject for notice in claim.notices}):
        # What is left for some devices was told on others.
        found.setdefault(row.number, {})[row.up_to] = row.state if row.devices is None else State.SENT
    return found
