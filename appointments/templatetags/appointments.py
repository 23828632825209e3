"""How days and times of appointments are written, and the row that links a thread to its appointment."""

from datetime import date, datetime, tzinfo
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.models import User
from appointments.listing import listed
from appointments.models import Appointment
from chatsite import dates

register = template.Library()


@register.filter
def clock(moment: datetime) -> str:
    """ "9:30", "9:30 AM"; `moment` has its zone."""
    return dates.hour(moment)


@register.filter
def beginning(appointment: Appointment) -> str:
    """ "Jeudi 12 mars à 9:30", with the zone where the reader's clock shows another time."""
    return _with_zone(day_and_clock(appointment.starts_at, appointment.zone), appointment)


@register.filter
def hours(appointment: Appointment) -> str:
    """ "De 9:30 à 9:50", likewise."""
    start, end = clock(appointment.local_start), clock(appointment.local_end)
    return _with_zone(_("From %(start)s to %(end)s") % {"start": start, "end": end}, appointment)


@register.filter
def zone_words(appointment: Appointment) -> str:
    """ "fuseau Europe/Paris"; empty where the reader's clock shows the same time."""
    return _("%(zone)s time") % {"zone": appointment.zone_name} if appointment.zone_name else ""


@register.filter
def day(moment: date) -> str:
    """ "jeudi 12 mars", with the year when it is not this one."""
    return dates.weekday_and_day(_date_of(moment), timezone.localdate())


@register.filter
def weekday(moment: date) -> str:
    """ "jeu.", for a tile."""
    return dates.short_weekday(_date_of(moment))


@register.filter
def month(moment: date) -> str:
    """ "févr.", for a tile."""
    return dates.short_month(_date_of(moment))


@register.filter
def day_heading(moment: date) -> str:
    """ "Aujourd'hui · jeudi 12 mars": the heading of a doctor's day."""
    away = (_date_of(moment) - timezone.localdate()).days
    name = {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}.get(away)
    return f"{name} · {day(moment)}" if name else capfirst(day(moment))


@register.filter
def month_heading(moment: date) -> str:
    return capfirst(date_format(moment, "YEAR_MONTH_FORMAT"))


@register.filter
def day_and_clock(moment: datetime, zone: tzinfo | None = None) -> str:
    """ "Jeudi 12 mars à 9:30", in this zone, else the reader's."""
    local = timezone.localtime(moment, zone)
    return capfirst(_("%(day)s at %(time)s") % {"day": day(local), "time": clock(local)})


@register.inclusion_tag("appointments/_context.html", takes_context=True)
def appointment_context(context: template.Context, doctor_id: int, patient_id: int) -> dict[str, Any]:
    """The row under a thread's header: the pair's next planned appointment, else the last one. One query."""
    return context_of(context["request"].user, doctor_id, patient_id)


def context_of(user: User, doctor_id: int, patient_id: int) -> dict[str, Any]:
    """What the row shows to one of the two."""
    appointment = Appointment.objects.between(doctor_id, patient_id).nearest(timezone.now())
    return {"appointment": appointment, "url": appointment and appointment.url_for(user)}


@register.inclusion_tag("appointments/_next.html", takes_context=True)
def next_appointment(context: template.Context) -> dict[str, Any]:
    """The row of this person's next planned appointment, if there is one."""
    user = context["request"].user
    coming = Appointment.objects.for_user(user).upcoming(timezone.now())
    appointment = coming.filter(status=Appointment.Status.PLANNED).first()
    row = listed(user, appointment) if appointment else None
    return {"row": row, "user": user, "csrf_token": context["csrf_token"]}


def _with_zone(words: str, appointment: Appointment) -> str:
    zone = zone_words(appointment)
    return f"{words} ({zone})" if zone else words


def _date_of(moment: date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
