"""The page where people choose about notifications, and the link of mails that ends them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.requests import PersonRequest
from chat.models.side import role_of
from notifications.forms import PreferenceForm
from notifications.services import preferences as service
from notifications.services import unsubscribing
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
    return render(request, "notifications/preferences.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest) -> HttpResponse:
    """End the mails about messages by the link of one of them (RFC 8058), without a session and its CSRF token.

    Programs look at the links of mails, so only a POST changes anything. Repeated, it finds what it did.
    """
    token = request.GET.get("token", "")
    person = unsubscribing.person_of(token)
    if person is None:
        return render(request, "notifications/unsubscribe.html", {"state": "unknown"}, status=404)
    if request.method == "POST":
        service.unsubscribe(person)
    state = "done" if request.method == "POST" else "asks"
    with override(person.language):
        response = render(request, "notifications/unsubscribe.html", {"state": state, "token": token})
    response.headers["Content-Language"] = person.language
    return response
