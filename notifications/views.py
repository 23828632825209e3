"""The page where people choose about notifications, and the link of mails that ends them."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import PersonRequest
from audit import trail
from audit.actions import Action
from chat.models.side import role_of
from chatsite.http.error_pages import shows_refusals
from notifications.channels import vapid
from notifications.forms import PreferenceForm
from notifications.services import device_tests, devices, unsubscribing
from notifications.services import preferences as service
from practice import services as practice


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: PersonRequest) -> HttpResponse:
    form = PreferenceForm(request.POST or None, instance=service.preference_of(request.user))
    if request.method == "POST" and form.is_valid():
        service.save(form.instance)
        messages.success(request, _("Your choice is saved."))
        return redirect("notifications")
    usual = practice.current()
    context = {"form": form, "takes_part": role_of(request.user) is not None}
    context |= {"usual_begin": usual.quiet_from, "usual_end": usual.quiet_to}
    context |= {"devices": devices.devices_of(request.user), "sends_to_browsers": vapid.public_key() is not None}
    return render(request, "notifications/preferences.html", context)


@login_required
@require_POST
@shows_refusals
def remove_device(request: PersonRequest, device_id: UUID) -> HttpResponse:
    """Without scripts, too, and for a device that is elsewhere."""
    devices.remove(request.user, public_id=str(device_id))
    messages.success(request, _("That device gets no notifications any more."))
    return redirect("notifications")


@login_required
@require_POST
@shows_refusals
def try_device(request: PersonRequest, device_id: UUID) -> HttpResponse:
    """Show a test there, and say what its service answered."""
    answer = device_tests.send_test(request.user, public_id=str(device_id))
    if answer.accepted:
        messages.success(request, _("The test is on its way. It appears on that device within a minute."))
    elif answer.removed:
        messages.error(request, _("That device was not found any more, and is removed. Switch it on there again."))
    else:
        said = {"answer": answer.answer}
        messages.error(request, _("The test was not accepted (%(answer)s). Try again in a few minutes.") % said)
    return redirect("notifications")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest) -> HttpResponse:
    """End the mails of a kind by the link of one of them (RFC 8058), without a session and its CSRF token.

    Programs look at the links of mails, so only a POST changes anything. Repeated, it finds what it did.
    """
    token = request.GET.get("token", "")
    found = unsubscribing.read(token)
    if found is None:
        return render(request, "notifications/unsubscribe.html", {"state": "unknown"}, status=404)
    person, mails = found
    if request.method == "POST":
        service.unsubscribe(person, mails)
        # Whoever has the mail: nobody signs in for it.
        trail.record(Action.SETTINGS, subject=person.pk, detail=f"unsubscribe {mails.value}")
    state = "done" if request.method == "POST" else "asks"
    with override(person.language):
        context = {"state": state, "token": token, "mails": mails.value}
        response = render(request, "notifications/unsubscribe.html", context)
    response.headers["Content-Language"] = person.language
    return response
