"""Pages of appointments: a patient's visits, a doctor's consultations, and the button into their chat."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import role_required
from accounts.models import Role
from accounts.requests import PersonRequest
from appointments import calendars, parts, services
from appointments.forms import MomentForm, NewAppointmentForm, SlotForm
from appointments.models import Appointment
from appointments.parts import mine
from chat.errors import MayNotTalk, RecipientInactive, UserNotFound
from chat.pages import links
from chat.pages.refusal_words import words_for_blocked
from chat.pages.words import people_words
from chatsite.http.errors import Refusal
from chatsite.http.keeping import keep_nowhere
from chatsite.isolation import isolated

patients_only = role_required(Role.PATIENT, twin="professional_consultations")
a_patient_only = role_required(Role.PATIENT, twin="professional_consultation")
doctors_only = role_required(Role.DOCTOR, twin="patient_visits")
a_doctor_only = role_required(Role.DOCTOR, twin="patient_visit")
a_patients_calendar = role_required(Role.PATIENT, twin="professional_consultation_calendar")
a_doctors_calendar = role_required(Role.DOCTOR, twin="patient_visit_calendar")


@require_safe
@patients_only
def visits(request: PersonRequest) -> HttpResponse:
    return _list(request)


@require_safe
@a_patient_only
def visit(request: PersonRequest, appointment_id: int) -> HttpResponse:
    return _detail(request, appointment_id, list_url=reverse("patient_visits"))


@require_safe
@doctors_only
def consultations(request: PersonRequest) -> HttpResponse:
    return _list(request)


@require_safe
@a_doctor_only
def consultation(request: PersonRequest, appointment_id: int) -> HttpResponse:
    return _detail(request, appointment_id, list_url=reverse("professional_consultations"))


@require_safe
@a_patients_calendar
def visit_calendar(request: PersonRequest, appointment_id: int) -> HttpResponse:
    return _calendar(request, appointment_id)


@require_safe
@a_doctors_calendar
def consultation_calendar(request: PersonRequest, appointment_id: int) -> HttpResponse:
    return _calendar(request, appointment_id)


@require_http_methods(["GET", "HEAD", "POST"])
@doctors_only
def new_consultation(request: PersonRequest) -> HttpResponse:
    form = NewAppointmentForm(
        request.POST or None, doctor=request.user, initial={"patient": request.GET.get("patient")}
    )
    if request.method == "POST" and form.is_valid() and (made := apply(request, services.schedule, form)):
        # A repeat finds what became of it meanwhile.
        if made.is_planned:
            messages.success(request, _("The appointment is made."))
        return redirect("professional_consultation", made.pk)
    return render(request, "appointments/form.html", {"form": form, "more_facts": {"words": people_words()}})


@require_http_methods(["GET", "HEAD", "POST"])
@a_doctor_only
def reschedule_consultation(request: PersonRequest, appointment_id: int) -> HttpResponse:
    appointment = mine(request.user, appointment_id)
    if not appointment.is_planned or appointment.has_begun:
        return redirect("professional_consultation", appointment.pk)
    form = SlotForm(request.POST or None, instance=appointment)
    if request.method == "POST" and form.is_valid() and apply(request, services.reschedule, form):
        messages.success(request, _("The appointment is changed."))
        return redirect("professional_consultation", appointment.pk)
    return render(request, "appointments/form.html", {"form": form, "appointment": appointment})


@require_POST
@a_doctor_only
def cancel_consultation(request: PersonRequest, appointment_id: int) -> HttpResponse:
    return _close(request, appointment_id, services.cancel)


@require_POST
@a_doctor_only
def conclude_consultation(request: PersonRequest, appointment_id: int) -> HttpResponse:
    status = request.POST.get("status")
    if status not in services.CLOSED:
        raise Http404
    return _close(request, appointment_id, services.conclude, status=status)


@require_POST
@login_required
def open_chat(request: PersonRequest, appointment_id: int) -> HttpResponse:
    """The Chat button: open or create the chat of these two people and go there.

    `with` is the person whom the page named: another doctor may have got the appointment since.
    """
    appointment = mine(request.user, appointment_id)
    other = appointment.other_than(request.user)
    if request.POST.get("with", str(other.pk)) != str(other.pk):
        words = _("This appointment is now with {name}. Press the button again to write to {name}.")
        messages.error(request, words.format(name=isolated(other.display_name)))
        return redirect(appointment.url_for(request.user))
    try:
        chat = services.open_chat(request.user, appointment=appointment)
    except (MayNotTalk, UserNotFound) as refusal:
        code = refusal.code if isinstance(refusal, MayNotTalk) else RecipientInactive.code
        messages.error(request, f"{words_for_blocked(code, other.display_name)}.")
        return redirect(appointment.url_for(request.user))
    return redirect(links.list_url(request.user, chat))


def _list(request: PersonRequest) -> HttpResponse:
    return render(request, "appointments/list.html", parts.of_list(request.user, request.GET))


def _detail(request: PersonRequest, appointment_id: int, *, list_url: str) -> HttpResponse:
    context = parts.of_one(request.user, appointment_id) | {"list_url": list_url}
    return render(request, "appointments/detail.html", context)


def _calendar(request: PersonRequest, appointment_id: int) -> HttpResponse:
    """The appointment as a file that calendars read. A request is in none."""
    appointment = mine(request.user, appointment_id)
    if appointment.status in (Appointment.Status.REQUESTED, Appointment.Status.DECLINED):
        raise Http404
    is_cancelled = appointment.is_cancelled
    text = calendars.calendar_of(request.user, [appointment], is_cancelled=is_cancelled, now=timezone.now())
    response = HttpResponse(text, content_type=f"{calendars.CONTENT_TYPE}; charset=utf-8")
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{_('appointment')}.ics")
    return keep_nowhere(response)


def apply(request: PersonRequest, service: Callable[..., Appointment], form: MomentForm) -> Appointment | None:
    """Call the service with a valid form; a refusal becomes an error of the form, which keeps what was typed."""
    try:
        return service(request.user, appointment=form.instance)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return None


def _close(
    request: PersonRequest, appointment_id: int, service: Callable[..., Appointment], **outcome: str
) -> HttpResponse:
    appointment = mine(request.user, appointment_id)
    try:
        service(request.user, appointment=appointment, **outcome)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("professional_consultation", appointment.pk)
