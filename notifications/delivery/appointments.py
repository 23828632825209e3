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
from appointments.models import Appointment
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

State = Notice.State


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
    untold = _untold(person, claim)
    given = occasions.handovers([appointment.pk for appointment in found]) if person.is_doctor else {}
    for appointment in found:
        notices = [notice for notice in claim.notices if notice.number == appointment.pk]
        versions = [notice.up_to for notice in notices if notice.step == CHANGED]
        reminders = [notice for notice in notices if _is_reminder(notice, person, appointment)]
        former, is_untold = given.get(appointment.pk, {}), appointment.pk in untold
        if event := _changed(person, appointment, versions, former, is_untold=is_untold):
            yield _News(event, appointment, notices)
        elif reminders:
            yield _News(Event.COMES, appointment, reminders)


def _changed(
    person: User, appointment: Appointment, versions: Sequence[int], former: Mapping[int, int], *, is_untold: bool
) -> Event | None:
    """What became of it for this person, if one of these versions is news. An older one is told with the newest.

    `former` has the doctors who had it, by the version that gave it to another one: for them it is cancelled.
    """
    # That it was made is to be told only now: whoever does not hear of it need not hear of its end.
    cancelled = None if 0 in versions else Event.CANCELLED
    if versions and not _takes_part(person, appointment):
        return cancelled if person.pk in former.values() else None
    if appointment.version not in versions:
        return None
    if not appointment.is_planned:
        return cancelled if appointment.is_cancelled else None
    return Event.MADE if is_untold or former.keys() & {*versions} else Event.CHANGED


def _takes_part(person: User, appointment: Appointment) -> bool:
    return person.pk == (appointment.doctor_id if person.is_doctor else appointment.patient_id)


def _is_reminder(notice: Notice, person: User, appointment: Appointment) -> bool:
    """Whether it is wanted still, and for the time at which the appointment is now."""
    concerns = appointment.is_planned and _takes_part(person, appointment)
    wanted = notice.step in practice.current().reminder_steps(person.role)
    return concerns and wanted and notice.up_to == reminds_of(appointment.starts_at)


def _untold(person: User, claim: Claim) -> set[int]:
    """Those of these appointments that the person was to be told of when they were made, and was not told of yet."""
    rows = Notice.objects.filter(user=person, subject__in={notice.subject for notice in claim.notices}, step=CHANGED)
    heard = {row.number for row in rows if row.state == State.SENT}
    return {row.number for row in rows if row.up_to == 0} - heard


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
    """A file with what was made or changed, and one with what was cancelled. A reminder changes no calendar."""
    for is_cancelled, events in ((False, {Event.MADE, Event.CHANGED}), (True, {Event.CANCELLED})):
        concerned = [one.appointment for one in news if one.event in events]
        if concerned:
            text = calendars.calendar_of(person, concerned, is_cancelled=is_cancelled, now=now)
            method = calendars.method_of(is_cancelled=is_cancelled)
            name = _("cancelled") if is_cancelled else _("appointment")
            yield Attached(f"{name}.ics", text, f"{calendars.CONTENT_TYPE}; method={method}")
