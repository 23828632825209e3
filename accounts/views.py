"""The pages around a sign-in that allauth lacks: the redirect after it, limits, the profile."""

from copy import copy
from dataclasses import asdict

from allauth.account import views as allauth
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language

from accounts.errors import WrongPasskey, WrongPassword
from accounts.forms import ProfileForm, UnlockForm
from accounts.lock import locked_page
from accounts.lockout import address
from accounts.look import CHOICES, look_of
from accounts.middleware import keep_choice
from accounts.models import AccountChange, Role, SignIn, User
from accounts.reauthentication import asks_again
from accounts.requests import PersonRequest, SignInRequest, sign_in_of
from accounts.services import account_changes, address_links, idle, people, pictures, sign_ins, unlocking
from chatsite import limiter
from chatsite.files.pictures import FOLDER
from chatsite.files.serve import REVALIDATE, answers_refusals, person_of, refuse, serve_stored
from chatsite.http.error_pages import as_refused, shows_refusals

_HOMES: dict[str, str] = {Role.DOCTOR: "professional_chat", Role.PATIENT: "patient_chat", Role.ADMIN: "admin:index"}


@login_required
def home(request: PersonRequest) -> HttpResponse:
    """Send each role to its own page."""
    if request.user.role not in _HOMES:
        raise PermissionDenied
    return redirect(_HOMES[request.user.role])


login = shows_refusals(allauth.login)
change_password = shows_refusals(allauth.password_change)
reset_password = shows_refusals(allauth.password_reset)
reauthenticate = shows_refusals(allauth.reauthenticate)


@shows_refusals
def choose_password(request: HttpRequest, **link: str) -> HttpResponse:
    """The page behind the link of a mail."""
    if request.method != "POST":
        return allauth.password_reset_from_key(request, **link)
    with limiter.attempt(*limiter.links_tried(address(request))) as attempt:
        response = allauth.password_reset_from_key(request, **link)
        if response.status_code == 302:
            attempt.succeed()
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def address_change(request: HttpRequest) -> HttpResponse:
    """Agree to another e-mail address, or keep the present one, by the link of a mail. Only a POST changes anything."""
    token = request.GET.get("token", "")
    change = address_links.find(token)
    if change and request.method == "POST" and change.state == AccountChange.State.WAITING:
        if request.POST.get("answer") == "agree":
            account_changes.agree(change, by=change.user)
        else:
            account_changes.stop(change.user, by=change.user)
        change.refresh_from_db(fields=["state"])
    context = {"change": change, "token": token, "state": change.state if change else "unknown"}
    language = change.user.language if change else get_language()
    with override(language), timezone.override(change.user.zone if change else None):
        response = render(request, "accounts/address_change.html", context, status=200 if change else 404)
    response.headers["Content-Language"] = language
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@shows_refusals
def unlock(request: PersonRequest) -> HttpResponse:
    """Unlock with the password or a passkey, and go on."""
    sign_in = sign_in_of(request)
    place = request.POST.get("next", "")
    form = UnlockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _prove(sign_in, form)
    if idle.is_locked(sign_in):
        return locked_page(request, form, goes_on_to=place)
    return redirect(place if _is_ours(request, place) else "home")


def _prove(sign_in: SignIn, form: UnlockForm) -> None:
    try:
        if form.cleaned_data["credential"] is None:
            idle.unlock_by_password(sign_in, password=form.cleaned_data["password"])
        else:
            unlocking.unlock_by_passkey(sign_in, credential=form.cleaned_data["credential"])
    except WrongPassword as refusal:
        form.add_error("password", _(refusal.message))
    except WrongPasskey as refusal:
        form.add_error("credential", _(refusal.message))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: PersonRequest) -> HttpResponse:
    # A copy: refused values must not show in the rest of the page.
    shown = asdict(look_of(request))
    form = ProfileForm(request.POST or None, request.FILES or None, instance=copy(request.user), initial=shown)
    if request.method == "POST" and form.is_valid() and form.keep():
        if form.cleaned_data.get("locks_when_idle"):
            # Until now nothing said that it is in use.
            idle.unlock(sign_in_of(request))
        with override(form.instance.language):
            messages.success(request, _("Your profile is saved."))
        return redirect("profile")
    devices = sign_ins.devices_of(request.user, current=request.sign_in)
    content = {"form": form, "devices": devices, "lock_minutes": idle.minutes()}
    page = render(request, "accounts/profile.html", content)
    return as_refused(page, form.refusal)


@require_POST
def speak(request: HttpRequest) -> HttpResponse:
    """Show the page where they are in another language: from now on for a person, in a cookie before the sign-in."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=language)
    return set_language(request)


@require_POST
def choose_look(request: SignInRequest) -> HttpResponse:
    """The buttons of the sign-in page: kept on the device, and for a person who is signed in."""
    place = request.POST.get("next", "")
    response = redirect(place if _is_ours(request, place) else settings.LOGIN_URL)
    asked = {name: request.POST.get(name, "") for name in CHOICES}
    chosen = {name: value for name, value in asked.items() if value in CHOICES[name].values}
    for name, value in chosen.items():
        keep_choice(response, name, value)
    if request.sign_in and chosen:
        person = request.sign_in.user
        for name, value in chosen.items():
            setattr(person, name, value)
        people.save_profile(person, changed=set(chosen))
    return response


def _is_ours(request: HttpRequest, place: str) -> bool:
    return url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure())


@login_required
@require_POST
def end_device(request: PersonRequest, sign_in_id: int) -> HttpResponse:
    """Sign one of my devices out."""
    device = get_object_or_404(SignIn.objects.for_user(request.user), pk=sign_in_id)
    if device == request.sign_in:
        logout(request)
        return redirect("account_login")
    sign_ins.end(SignIn.objects.for_user(request.user).filter(pk=device.pk))
    messages.success(request, _("The device is signed out."))
    return redirect("profile")


@login_required
@require_POST
@asks_again
def end_other_devices(request: PersonRequest) -> HttpResponse:
    """Sign all of my devices out but this one."""
    sign_ins.end_all(request.user, but=request.sign_in)
    messages.success(request, _("All other devices are signed out."))
    return redirect("profile")


@require_safe
@answers_refusals
def picture(request: HttpRequest, name: str) -> HttpResponse:
    """A profile picture, for a session or a Bearer token; 404 for one they may not see, as for an unknown one."""
    viewer = person_of(request)
    if viewer is None:
        return refuse(401)
    if not pictures.may_see(viewer, name=name):
        return refuse(404)
    path = f"{FOLDER}/{name}"
    return serve_stored(request, path, content_type="image/webp", file_name=name, inline=True, cache=REVALIDATE)
