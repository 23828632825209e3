"""Mails about appointments: one for all of a person that is due, at a moment that the person's quiet hours allow."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from appointments import calendars, occasions
from appointments.models import Appointment, AppointmentChange
from chat.models.side import ROLES
from notifications import content
from notifications.channels.mail import Attached, Mail, MailBox
from notifications.content import Event, Said
from notifications.delivery.letters import letter, name_in_mails
from notifications.delivery.post import post
from notifications.models import Notice
from notifications.plan.appointments import CHANGED, reminds_of
from notifications.services import claims, preferences, unsubscribing
from notifications.services.claims import Claim
from notifications.services.moments import Hours
from notifications.services.unsubscribing import Mails
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
_STANDS, _ENDS = {*_BEGINS, Event.CHANGED}, {Event.CANCELLED, Event.WITHDRAWN, Event.REFUSED, Event.DECLINED}


@dataclass(frozen=True, slots=True)
class _News:
    """What there is to say of an appointment, by these notices."""

    event: Event
    appointment: Appointment
    notices: list[Notice]


def deliver(claim: Claim, now: datetime, box: MailBox) -> None:
    """Send what is still so and still wanted, now or after quiet hours. Raises Unsent when the mail server is down."""
    person = User.objects.filter(pk=claim.user_id, is_active=True, role__in=ROLES).first()
    preference = preferences.preference_of(person) if person else None
    news = list(_news(person, claim, now)) if person and preference and preference.appointment_mails else []
    due = [notice for one in news for notice in one.notices]
    claims.done(claim, [notice for notice in claim.notices if notice not in due], now, state=State.SKIPPED)
    if not news or person is None or preference is None:
        return
    moment = _may_leave_at(now, preferences.rules_for(person, preference).quiet, news)
    if moment > now:
        claims.move(claim, to=moment, notices=due)
    else:
        post(claim, due, now, mail=_mail(claim, person, news, now), box=box)


def _may_leave_at(now: datetime, quiet: Hours, news: Sequence[_News]) -> datetime:
    """The end of the quiet hours, unless one of these appointments would have begun by then."""
    end = quiet.next_end(now) if quiet.contain(now) else now
    return end if all(one.appointment.starts_at > end for one in news) else now


def _news(person: User, claim: Claim, now: datetime) -> Iterator[_News]:
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
            yield _News(event, appointment, notices)
        elif reminders:
            yield _News(Event.COMES, appointment, reminders)


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
    return appointment.is_planned if event in _STANDS else appointment.is_off


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
        found.setdefault(row.number, {})[row.up_to] = row.state
    return found


def _mail(claim: Claim, person: User, news: Sequence[_News], now: datetime) -> Mail:
    unsubscribe = unsubscribing.link_for(person, Mails.APPOINTMENTS)
    page = reverse("professional_consultations" if person.is_doctor else "patient_visits")
    with translation.override(person.language), timezone.override(person.zone):
        lines = [Said(one.event, one.appointment.local_start, one.appointment.zone_name) for one in news]
        said = content.about_appointments(
            lines, name=name_in_mails(), link=f"{settings.PUBLIC_URL}{page}", unsubscribe=unsubscribe
        )
        attached = list(_calendars(person, news, now))
    return letter(claim, person, said, unsubscribe=unsubscribe, attached=attached)


def _calendars(person: User, news: Sequence[_News], now: datetime) -> Iterator[Attached]:
    """A file with what stands now, and one with what was cancelled. Requests and reminders change no calendar."""
    for is_cancelled, events in ((False, _STANDS), (True, {Event.CANCELLED})):
        concerned = [one.appointment for one in news if one.event in events]
        if concerned:
            text = calendars.calendar_of(person, concerned, is_cancelled=is_cancelled, now=now)
            method = calendars.method_of(is_cancelled=is_cancelled)
            name = _("cancelled") if is_cancelled else _("appointment")
            yield Attached(f"{name}.ics", text, f"{calendars.CONTENT_TYPE}; method={method}")
