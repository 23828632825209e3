"""Pages of requests, and what patients do with their appointments themselves."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import PersonRequest
from appointments import patients, requested
from appointments.errors import NoPlace
from appointments.forms import MomentForm, SlotForm
from appointments.models import Appointment
from appointments.parts import mine
from appointments.request_forms import RequestForm
from appointments.views import a_doctor_only, a_patient_only, apply, patients_only
from chat.pages.words import people_words
from chatsite.http.errors import Refusal
from practice import services as practice


@require_http_methods(["GET", "HEAD", "POST"])
@patients_only
def ask(request: PersonRequest) -> HttpResponse:
    if not practice.current().patients_may_request:
        return redirect("patient_visits")
    form = RequestForm(request.POST or None, patient=request.user, initial={"doctor": request.GET.get("doctor")})
    if request.method == "POST" and form.is_valid() and (asked := apply(request, requested.ask, form)):
        # A repeat finds what became of it meanwhile.
        if asked.is_requested:
            messages.success(request, _("Your request is sent. You see here when it is answered."))
        return redirect("patient_visit", asked.pk)
    return render(request, "appointments/request.html", {"form": form, "more_facts": {"words": people_words()}})


@require_http_methods(["GET", "HEAD", "POST"])
@a_patient_only
def move(request: PersonRequest, appointment_id: int) -> HttpResponse:
    appointment = mine(request.user, appointment_id)
    refusal = patients.why_not(appointment) if appointment.is_planned else None
    if refusal or not appointment.is_planned:
        if refusal:
            messages.error(request, refusal.message)
        return redirect("patient_visit", appointment.pk)
    form = MomentForm(request.POST or None, instance=appointment)
    if request.method == "POST" and form.is_valid() and apply(request, patients.move, form):
        messages.success(request, _("The appointment is moved."))
        return redirect("patient_visit", appointment.pk)
    return render(request, "appointments/move.html", {"form": form, "appointment": appointment})


@require_POST
@a_patient_only
def cancel(request: PersonRequest, appointment_id: int) -> HttpResponse:
    return _do(request, appointment_id, patients.cancel)


@require_POST
@a_patient_only
def accept(request: PersonRequest, appointment_id: int) -> HttpResponse:
    return _do(request, appointment_id, requested.confirm, done=_("The appointment is confirmed."))


@require_POST
@a_doctor_only
def confirm(request: PersonRequest, appointment_id: int) -> HttpResponse:
    return _do(request, appointment_id, requested.confirm, done=_("The appointment is confirmed."))


@require_POST
@a_doctor_only
def decline(request: PersonRequest, appointment_id: int) -> HttpResponse:
    return _do(request, appointment_id, requested.decline, done=_("The request is declined."))


@require_http_methods(["GET", "HEAD", "POST"])
@a_doctor_only
def answer(request: PersonRequest, appointment_id: int) -> HttpResponse:
    """Another time, another place, or a link."""
    appointment = mine(request.user, appointment_id)
    if not appointment.is_requested:
        return redirect("professional_consultation", appointment.pk)
    form = SlotForm(request.POST or None, instance=appointment)
    if request.method == "POST" and form.is_valid() and apply(request, requested.answer, form):
        proposed = _("The time is proposed. The patient is asked.")
        messages.success(request, proposed if appointment.is_proposed else _("The appointment is confirmed."))
        return redirect("professional_consultation", appointment.pk)
    return render(request, "appointments/form.html", {"form": form, "appointment": appointment, "is_answer": True})


def _do(
    request: PersonRequest, appointment_id: int, service: Callable[..., Appointment], *, done: str = ""
) -> HttpResponse:
    """Call the service and go back to the page of the appointment, or to the list that asked for it."""
    appointment = mine(request.user, appointment_id)
    try:
        service(request.user, appointment=appointment)
    except NoPlace as refusal:
        messages.error(request, refusal.message)
        if request.user.is_doctor:
            return redirect("professional_consultation_answer", appointment.pk)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        if done:
            messages.success(request, done)
        if request.user.is_doctor and request.POST.get("from") == "list":
            return redirect("professional_consultations")
    return redirect(appointment.url_for(request.user))
