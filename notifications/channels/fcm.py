"""The channel to Android: FCM's HTTP v1, with an access token that a service account asks for."""

import re
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import jwt

from chatsite.push_credentials import ServiceAccount
from notifications.channels import endpoints
from notifications.channels.answers import Answer, Clients, ask
from notifications.channels.bearer import Bearer
from notifications.channels.push import Push, Unsent
from notifications.models import Device

# Google's tokens are valid for an hour. One that is refused within a minute would be refused again.
_VALID, _KEPT, _LEAST = 3600, 55 * 60, 60
_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# What a header may have.
_TOKEN = re.compile(r"[!-~]+")
# The reasons that operators find in the log. Others count by their status alone.
_REASONS = {
    "INTERNAL", "INVALID_ARGUMENT", "QUOTA_EXCEEDED", "SENDER_ID_MISMATCH", "THIRD_PARTY_AUTH_ERROR", "UNAVAILABLE",
    "UNREGISTERED",
}  # fmt: skip


class Fcm:
    """Requests to FCM. `token_url` is where the access token comes from."""

    clears = True

    def __init__(
        self, account: ServiceAccount, *, url: str, token_url: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._account, self._url, self._token_url, self._clock = account, url, token_url, clock
        self._clients = Clients(http1=True)
        self._bearer = Bearer(self._token, kept=_KEPT, least=_LEAST, clock=clock)

    def place_of(self, device: Device) -> tuple[str, str]:
        return "fcm", "fcm"

    def send(self, device: Device, push: Push) -> None:
        if not endpoints.may_leave(f"{self._url}/"):
            raise Unsent("KeptByDebug", for_good=True)
        answer = self._bearer.ask(partial(self._ask, device, push), is_refused=lambda answer: answer.status == 401)
        if answer.status != 200:
            reason = _reason(answer)
            # Another 404 is a project that is not there: no fault of the device.
            raise answer.error(reason, gone=answer.status == 404 and reason == "UNREGISTERED")

    def _ask(self, device: Device, push: Push, token: str) -> Answer:
        address = f"{self._url}/v1/projects/{self._account.project}/messages:send"
        headers = {"Authorization": f"Bearer {token}"}
        return ask(self._clients, address, headers=headers, json={"message": _message(device, push)})

    def _token(self) -> str:
        now = int(self._clock())
        claims = {"iss": self._account.email, "scope": _SCOPE, "aud": self._token_url, "iat": now, "exp": now + _VALID}
        assertion = jwt.encode(claims, self._account.key, algorithm="RS256", headers={"kid": self._account.key_id})
        form = {"grant_type": _GRANT, "assertion": assertion}
        try:
            answer = ask(self._clients, self._token_url, data=form)
        except Unsent as error:
            raise Unsent(f"Token {error.kind}", is_down=error.is_down) from None
        token = answer.said.get("access_token")
        if answer.status != 200 or not isinstance(token, str) or not _TOKEN.fullmatch(token):
            refused = answer.error()
            raise Unsent(
                f"Token {refused.kind}", for_good=refused.for_good, retry_after=refused.retry_after, is_down=True
            )
        return token


def _message(device: Device, push: Push) -> dict[str, Any]:
    """Numbers, and the name of a sentence that the app has in the languages of its people."""
    data = {key: str(value) for key, value in push.content.items() if value is not None}
    android: dict[str, Any] = {"ttl": f"{push.kept_seconds}s", "priority": "HIGH"}
    if push.kind == "clear":
        # Only the app gets it, and shows nothing: Android trusts an app less that is woken at once for that.
        android["priority"] = "NORMAL"
    else:
        android["notification"] = {"title_loc_key": f"push_{push.kind}"}
    if push.topic:
        android["collapse_key"] = push.topic
        if "notification" in android:
            android["notification"]["tag"] = push.topic
    return {"token": device.address, "data": data, "android": android}


def _reason(answer: Answer) -> str:
    """FCM's own code of an error, which is among its details."""
    error = answer.said.get("error")
    details = error.get("details") if isinstance(error, dict) else None
    codes = [one.get("errorCode") for one in details if isinstance(one, dict)] if isinstance(details, list) else []
    return next((code for code in codes if isinstance(code, str) and code in _REASONS), "")
