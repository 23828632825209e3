"""What pages show of appointments, as a part of a page: drawn with the page, and fetched again when one changes."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.models import User
from accounts.requests import PersonRequest
from appointments.listing import listed, next_turn, page_number, sections
from appointments.models import Appointment
from appointments.templatetags.appointments import context_of
from chat.models import Chat
from chat.pages.fragments import fragment
from chat.pages.refusal_words import words_for_blocked
from chat.services.writing import why_not_to


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
    """Both lists, or the page of one that the query names."""
    upcoming, past = (page_number(query.get(name)) for name in ("upcoming", "past"))
    found = sections(user, upcoming=upcoming, past=past)
    return {"sections": found, "next_turn": next_turn(found)}


def of_one(user: User, appointment_id: int) -> dict[str, Any]:
    """An appointment, and whether its person may write to the other one."""
    row = listed(user, mine(user, appointment_id))
    refusal = why_not_to(user, row.other, has_chat=row.has_chat)
    return {
        "appointment": row.appointment,
        "calendar_url": f"{row.url}.ics",
        "unread": row.unread,
        "other": row.other,
        "can_write": refusal is None,
        "blocked_words": words_for_blocked(refusal.code, row.other.display_name) if refusal else "",
    }
