"""How days and times of appointments are written, and the row that links a thread to its appointment."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from appointments.models import Appointment
from chatsite import dates

register = template.Library()


@register.filter(expects_localtime=True)
def clock(moment: datetime) -> str:
    """ "9:30", "9:30 AM"."""
    return dates.hour(moment)


@register.filter
def day(moment: date) -> str:
    """ "jeudi 12 mars", with the year when it is not this one."""
    return dates.weekday_and_day(_local_date(moment), timezone.localdate())


@register.filter
def weekday(moment: date) -> str:
    """ "jeu.", for a tile."""
    return dates.short_weekday(_local_date(moment))


@register.filter
def month(moment: date) -> str:
    """ "févr.", for a tile."""
    return dates.short_month(_local_date(moment))


@register.filter
def day_heading(moment: date) -> str:
    """ "Aujourd'hui · jeudi 12 mars": the heading of a doctor's day."""
    away = (_local_date(moment) - timezone.localdate()).days
    name = {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}.get(away)
    return f"{name} · {day(moment)}" if name else capfirst(day(moment))


@register.filter
def month_heading(moment: date) -> str:
    return capfirst(date_format(moment, "YEAR_MONTH_FORMAT"))


@register.filter
def day_and_clock(moment: datetime) -> str:
    """ "Jeudi 12 mars à 9:30": the title of an appointment's page."""
    local = timezone.localtime(moment)
    return capfirst(_("%(day)s at %(time)s") % {"day": day(local), "time": clock(local)})


@register.inclusion_tag("appointments/_context.html", takes_context=True)
def appointment_context(context: template.Context, doctor_id: int, patient_id: int) -> dict[str, Any]:
    """The row under a thread's header: the pair's next planned appointment, else the last one. One query."""
    appointment = Appointment.objects.between(doctor_id, patient_id).nearest(timezone.now())
    return {"appointment": appointment, "url": appointment and appointment.url_for(context["request"].user)}


def _local_date(moment: date) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment
