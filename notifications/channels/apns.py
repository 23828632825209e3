"""The channel to Apple's devices: APNs over HTTP/2, with a token that our key signs."""

import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

import jwt

from chatsite.push_credentials import ApnsKey
from notifications.channels import endpoints
from notifications.channels.answers import Answer, Clients, ask
from notifications.channels.bearer import Bearer
from notifications.channels.push import Push, Unsent
from notifications.models import Device

# Apple refuses a token after an hour, and wants none that is renewed within 20 minutes.
_KEPT, _LEAST = 40 * 60, 20 * 60
# The reasons that operators find in the log. Others count by their status alone.
_REASONS = {
    "BadDeviceToken", "BadTopic", "DeviceTokenNotForTopic", "ExpiredProviderToken", "ExpiredToken",
    "InvalidProviderToken", "PayloadTooLarge", "TooManyProviderTokenUpdates", "TooManyRequests", "TopicDisallowed",
    "Unregistered",
}  # fmt: skip


class Apns:
    """Requests to APNs, over connections that stay open."""

    clears = True

    def __init__(self, key: ApnsKey, *, url: str, clock: Callable[[], float] = time.time) -> None:
        self._key, self._url, self._clock = key, url, clock
        self._clients = Clients(http1=False)
        self._bearer = Bearer(self._token, kept=_KEPT, least=_LEAST, clock=clock)

    def place_of(self, device: Device) -> tuple[str, str]:
        return "apns", "apns"

    def send(self, device: Device, push: Push) -> None:
        if not endpoints.may_leave(f"{self._url}/"):
            raise Unsent("KeptByDebug", for_good=True)
        answer = self._bearer.ask(partial(self._ask, device, push), is_refused=_has_expired)
        if answer.status != 200:
            raise answer.error(_reason(answer), gone=_is_gone(answer, device))

    def _ask(self, device: Device, push: Push, token: str) -> Answer:
        headers = self._headers(push) | {"authorization": f"bearer {token}"}
        # A token is hexadecimal; whatever it is, it must not lead to another path.
        address = f"{self._url}/3/device/{quote(device.address, safe='')}"
        return ask(self._clients, address, headers=headers, content=_payload(push))

    def _headers(self, push: Push) -> dict[str, str]:
        headers = {
            "apns-topic": self._key.topic,
            # A number on the icon is one, too. What is of type "background" may not have any, and comes rarely.
            "apns-push-type": "alert",
            "apns-priority": "5" if push.kind == "clear" else "10",
            "apns-expiration": str(int(self._clock()) + push.kept_seconds),
        }
        return headers | ({"apns-collapse-id": push.topic} if push.topic else {})

    def _token(self) -> str:
        claims = {"iss": self._key.team_id, "iat": int(self._clock())}
        return jwt.encode(claims, self._key.key, algorithm="ES256", headers={"kid": self._key.key_id})


def _payload(push: Push) -> bytes:
    """The number on the icon, and the name of a sentence that the app has in the languages of its people."""
    aps: dict[str, Any] = {"badge": push.badge}
    if push.kind == "clear":
        # Wakes the app, which withdraws what it shows; nothing is shown for it.
        aps |= {"content-available": 1}
    else:
        # "mutable-content" lets an extension of the app add to it what it may fetch itself.
        aps |= {"alert": {"loc-key": f"push_{push.kind}"}, "sound": "default", "mutable-content": 1}
    if push.topic:
        aps |= {"thread-id": push.topic}
    return json.dumps({"aps": aps, **push.content}).encode()


def _reason(answer: Answer) -> str:
    reason = answer.said.get("reason")
    return reason if isinstance(reason, str) and reason in _REASONS else ""


def _has_expired(answer: Answer) -> bool:
    return answer.status == 403 and _reason(answer) == "ExpiredProviderToken"


def _is_gone(answer: Answer, device: Device) -> bool:
    """Not one that was registered again after the moment at which Apple found that it was gone."""
    if answer.status == 410:
        since = answer.said.get("timestamp")
        return not isinstance(since, int) or device.renewed_at.timestamp() * 1000 <= since
    return answer.status == 400 and _reason(answer) == "BadDeviceToken"
