"""allauth's pages of the second factor: with our limits, and one app for each person."""

from typing import Any, cast

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.models import SignIn
from accounts.requests import PersonRequest
from accounts.second_factor.forms import ActivateTotpForm
from accounts.services import demand, second_factor
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
        return super().get_context_data(**kwargs) | {"is_barred": is_barred, "has_factor": has_factor, "due_at": due}


index = IndexView.as_view()
authenticate = shows_refusals(base.authenticate)
reauthenticate = shows_refusals(base.reauthenticate)
activate_totp = shows_refusals(ActivateTotpView.as_view())
deactivate_totp = totp.deactivate_totp
view_recovery_codes = recovery_codes.view_recovery_codes
generate_recovery_codes = recovery_codes.generate_recovery_codes
download_recovery_codes = recovery_codes.download_recovery_codes
