"""allauth's pages of the second factor: with our limits, and one app for each person."""

from allauth.account import views as account
from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.second_factor.forms import ActivateTotpForm
from accounts.services import second_factor
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


index = base.index
authenticate = shows_refusals(base.authenticate)
reauthenticate = shows_refusals(base.reauthenticate)
activate_totp = shows_refusals(ActivateTotpView.as_view())
deactivate_totp = totp.deactivate_totp
view_recovery_codes = recovery_codes.view_recovery_codes
generate_recovery_codes = recovery_codes.generate_recovery_codes
download_recovery_codes = recovery_codes.download_recovery_codes
