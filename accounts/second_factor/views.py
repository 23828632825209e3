"""allauth's pages of the second factor: with our limits, and one app for each person."""

from typing import Any, cast

from allauth.account.stages import LoginStageController
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView

from accounts.devices import device_name
from accounts.lockout import address
from accounts.models import SignIn
from accounts.requests import PersonRequest, sign_in_of
from accounts.second_factor import nudge
from accounts.second_factor.forms import ActivateTotpForm, PasskeyLoginForm
from accounts.second_factor.stages import SecondStep
from accounts.services import alerts, demand, known_devices, second_factor, second_steps, trusted_browsers
from accounts.services.sign_ins import SHARED_KEY
from chatsite import limiter
from chatsite.http.error_pages import shows_refusals


class ActivateTotpView(totp.ActivateTOTPView):
    def form_valid(self, form: ActivateTotpForm) -> HttpResponse:
        try:
            with transaction.atomic():
                response = super().form_valid(form)
                # This code opens nothing any more.
                second_factor.use_step(form.user, form.step)
        except IntegrityError:
            # It was set up in another tab meanwhile.
            return redirect("mfa_index")
        return response


class IndexView(base.IndexView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sign_in = cast(SignIn, cast(PersonRequest, self.request).sign_in)
        is_barred = demand.is_barred(sign_in)
        has_factor = is_barred and bool(second_factor.methods_of(sign_in.user))
        due = None if sign_in.second_factor else demand.due_at(sign_in.user)
        return super().get_context_data(**kwargs) | {
            "is_barred": is_barred,
            "has_factor": has_factor,
            "due_at": due,
            "left": second_factor.recovery_codes_left(sign_in.user),
            "trusted_browsers": trusted_browsers.of(sign_in.user),
        }


index = IndexView.as_view()


@login_required
@require_POST
def end_trusted_browser(request: PersonRequest, browser_id: int) -> HttpResponse:
    trusted_browsers.end(request.user, browser_id=browser_id)
    messages.success(request, _("This browser is asked for a second factor again."))
    return redirect("mfa_index")


@login_required
@require_POST
def later(request: PersonRequest) -> HttpResponse:
    """Say nothing of the second factor for a day."""
    response = redirect("home")
    nudge.hide(response, sign_in_of(request))
    return response


class AuthenticateView(base.AuthenticateView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The password was changed meanwhile, or all sign-ins ended: begin again."""
        stage = LoginStageController.enter(request, SecondStep.key)
        if stage and not second_steps.is_open(stage.token):
            return stage.abort()
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: Form) -> HttpResponse:
        if not second_steps.close(self.stage.token):
            return self.stage.abort()
        # The sign-in takes it from the session.
        may_trust = self._may_trust()
        response = super().form_valid(form)
        if may_trust and form.cleaned_data.get("trust"):
            trusted_browsers.trust(self.stage.login.user, response, device_name=device_name(self.request))
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        methods = second_factor.methods_of(self.stage.login.user)
        return super().get_context_data(**kwargs) | {
            "has_passkey": "webauthn" in methods,
            "may_trust": self._may_trust(),
            "trusted_days": trusted_browsers.LIFETIME.days,
        }

    def _may_trust(self) -> bool:
        """Nobody trusts a computer that they have just called shared."""
        return not self.request.session.get(SHARED_KEY)


class AddPasskeyView(webauthn.AddWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        content = super().get_context_data(**kwargs)
        # A passkey that the device keeps, and that it asks a finger, a face or a PIN for.
        content["js_data"] = {"creation_options": begin_registration(self.request.user, passwordless=True)}
        return content


class PasskeyLoginView(webauthn.LoginWebAuthnView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Raises TooManyAttempts."""
        # Nothing can be guessed; each question leaves a session.
        limiter.count(*limiter.passkeys(address(request)))
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: PasskeyLoginForm) -> HttpResponse:
        user = form.cleaned_data["credential"].user
        if known_devices.recognise(self.request.COOKIES.get(known_devices.COOKIE), account=user.email) is None:
            alerts.signed_in_on_new_device(user, device_name=device_name(self.request))
        self.request.session[SHARED_KEY] = form.cleaned_data["is_shared"]
        return super().form_valid(form)


class ConfirmByPasskeyView(webauthn.ReauthenticateWebAuthnView):
    def form_invalid(self, form: Form) -> HttpResponse:
        super().form_invalid(form)
        return redirect(self.passthrough_next_url(self.request.path))


authenticate = shows_refusals(AuthenticateView.as_view())
reauthenticate = shows_refusals(base.reauthenticate)
activate_totp = shows_refusals(ActivateTotpView.as_view())
deactivate_totp = totp.deactivate_totp
view_recovery_codes = recovery_codes.view_recovery_codes
generate_recovery_codes = recovery_codes.generate_recovery_codes
download_recovery_codes = recovery_codes.download_recovery_codes
add_passkey = AddPasskeyView.as_view()
# allauth leads there from the page that removes one.
list_passkeys = login_required(RedirectView.as_view(pattern_name="mfa_index"))
remove_passkey = webauthn.remove_webauthn
login_by_passkey = shows_refusals(PasskeyLoginView.as_view())
confirm_by_passkey = ConfirmByPasskeyView.as_view()
