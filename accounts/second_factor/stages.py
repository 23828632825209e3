"""The step of a sign-in on the pages that asks for a second factor."""

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest, HttpResponse

from accounts.models import SignIn
from accounts.services import second_steps, trusted_browsers


class SecondStep(AuthenticateStage):
    def handle(self) -> tuple[HttpResponse | None, bool]:
        response, goes_on = super().handle()
        if response:
            self.state["token"] = second_steps.begin(self.login.user)
        return response, goes_on

    @property
    def token(self) -> str:
        """Of what waits for the factor; an older release stored none."""
        return self.state.get("token", "")

    def _should_handle(self, request: HttpRequest) -> bool:
        """Not in a browser that the person trusts: rows of ours, which they can end, instead of allauth's cookie."""
        if not super()._should_handle(request):
            return False
        if not trusted_browsers.is_trusted(request, self.login.user):
            return True
        record_authentication(request, self.login.user, "mfa", type=SignIn.Factor.TRUSTED.value)
        return False
