"""Mails about appointments: one for all of a person that is due, at a moment that the person's quiet hours allow."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts.models import User
from appointments import calendars
from notifications import content
from notifications.channels.mail import Attached, Mail, MailBox
from notifications.content import Event, Said
from notifications.delivery.appointment_news import STANDS, News, due_now
from notifications.delivery.letters import letter, name_in_mails
from notifications.delivery.post import post
from notifications.models import Preference
from notifications.services import unsubscribing
from notifications.services.claims import Claim
from notifications.services.unsubscribing import Mails


def deliver(claim: Claim, now: datetime, box: MailBox) -> None:
    """Send what is still so and still wanted, now or after quiet hours. Raises Unsent when the mail server is down."""
    due = due_now(claim, now, wants=_wants_mails)
    if due:
        post(claim, due.notices, now, mail=_mail(claim, due.person, due.news, now), box=box)


def _wants_mails(person: User, preference: Preference) -> bool:
    return preference.appointment_mails


def _mail(claim: Claim, person: User, news: Sequence[News], now: datetime) -> Mail:
    unsubscribe = unsubscribing.link_for(person, Mails.APPOINTMENTS)
    page = reverse("professional_consultations" if person.is_doctor else "patient_visits")
    with translation.override(person.language), timezone.override(person.zone):
        lines = [Said(one.event, one.appointment.local_start, one.appointment.zone_name) for one in news]
        said = content.about_appointments(
            lines, name=name_in_mails(), link=f"{settings.PUBLIC_URL}{page}", unsubscribe=unsubscribe
        )
        attached = list(_calendars(person, news, now))
    return letter(claim, person, said, unsubscribe=unsubscribe, attached=attached)


def _calendars(person: User, news: Sequence[News], now: datetime) -> Iterator[Attached]:
    """A file with what stands now, and one with what was cancelled. Requests and reminders change no calendar."""
    for is_cancelled, events in ((False, STANDS), (True, {Event.CANCELLED})):
        concerned = [one.appointment for one in news if one.event in events]
        if concerned:
            text = calendars.calendar_of(person, concerned, is_cancelled=is_cancelled, now=now)
            method = calendars.method_of(is_cancelled=is_cancelled)
            name = _("cancelled") if is_cancelled else _("appointment")
            yield Attached(f"{name}.ics", text, f"{calendars.CONTENT_TYPE}; method={method}")
