"""What pages show of appointments, as a part of a page: drawn with the page, and fetched again when one changes."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.models import User
from accounts.requests import PersonRequest
from appointments import patients, services
from appointments.errors import NotPlanned, TooLateToChange
from appointments.listing import listed, next_turn, page_number, requests, sections
from appointments.models import Appointment
from appointments.templatetags.appointments import context_of
from chat.models import Chat
from chat.pages.fragments import fragment
from chat.pages.refusal_words import words_for_blocked
from chat.services.writing import why_not_to
from practice import services as practice


def mine(user: User, appointment_id: int) -> Appointment:
    return get_object_or_404(Appointment.objects.for_user(user), pk=appointment_id)


@fragment
def appointments(request: PersonRequest) -> HttpResponse:
    return render(request, "appointments/_sections.html", of_list(request.user, request.GET))


@fragment
def appointment(request: PersonRequest, appointment_id: int) -> HttpResponse:
    return render(request, "appointments/_detail.html", of_one(request.user, appointment_id))


@fragment
def of_chat(request: PersonRequest, chat_id: int) -> HttpResponse:
    """The row under the head of a thread."""
    chat = Chat.objects.open_for(request.user, chat_id)
    return render(request, "appointments/_context.html", context_of(request.user, chat.doctor_id, chat.patient_id))


def of_list(user: User, query: Mapping[str, str]) -> dict[str, Any]:
    """Both lists below the requests to answer, or the page of one that the query names."""
    upcoming, past = (page_number(query.get(name)) for name in ("upcoming", "past"))
    found = sections(user, upcoming=upcoming, past=past)
    asked = [] if upcoming or past else requests(user)
    return {
        "sections": found,
        "requests": asked,
        "to_answer": sum(not row.appointment.is_proposed for row in asked),
        "next_turn": next_turn(found, asked),
        "may_request": user.is_patient and may_request(user),
    }


def of_one(user: User, appointment_id: int) -> dict[str, Any]:
    """An appointment, whether its person may write to the other one, and what a patient may do with it."""
    row = listed(user, mine(user, appointment_id))
    refusal = why_not_to(user, row.other, has_chat=row.has_chat)
    return {
        "appointment": row.appointment,
        "calendar_url": f"{row.url}.ics",
        **_of_patient(user, row.appointment),
        "unread": row.unread,
        "other": row.other,
        "can_write": refusal is None,
        "blocked_words": words_for_blocked(refusal.code, row.other.display_name) if refusal else "",
    }


def may_request(patient: User) -> bool:
    """Whether the practice lets this patient ask a doctor for an appointment."""
    return practice.current().patients_may_request and services.known_doctors(patient).exists()


def _of_patient(user: User, appointment: Appointment) -> dict[str, Any]:
    """What the patient may do now, and when the clock alone changes what the page shows."""
    refusal = patients.why_not(appointment) if user.is_patient and appointment.is_planned else NotPlanned()
    change_until = patients.latest_change(appointment)
    turns = (change_until if refusal is None else None, appointment.next_turn)
    return {
        "may_change": refusal is None,
        "too_late": refusal.message if isinstance(refusal, TooLateToChange) else "",
        "change_until": change_until,
        "until": min((turn for turn in turns if turn), default=None),
    }
