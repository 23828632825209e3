"""The channel to browsers: an encrypted request to the push service that each one named."""

import hashlib
from functools import cached_property
from urllib.parse import urlsplit

import httpx

from notifications.channels import endpoints, vapid
from notifications.channels.answers import BROKEN, TIMEOUT_SECONDS, Answer, retry_after
from notifications.channels.base64url import decoded, encoded
from notifications.channels.encryption import encrypt
from notifications.channels.push import Push, Unsent
from notifications.models import Device


class WebPush:
    """Requests to push services. They follow no redirect: the address comes from a person's browser."""

    # A browser that gets a push and shows nothing loses its subscription: open pages withdraw what was read.
    clears = False

    def place_of(self, device: Device) -> tuple[str, str]:
        """A person may invent names below one that is allowed: such a name must not stop the others."""
        return endpoints.service_of(device.address) or "", urlsplit(device.address).netloc.lower()

    def send(self, device: Device, push: Push) -> None:
        """Asked again whether the address is allowed: the list may have changed since it was registered."""
        if endpoints.service_of(device.address) is None:
            raise Unsent("HostNotAllowed", for_good=True)
        if not endpoints.may_leave(device.address):
            raise Unsent("KeptByDebug", for_good=True)
        try:
            headers = _headers(device, push)
            body = encrypt(push.payload(), p256dh=decoded(device.p256dh), auth=decoded(device.auth))
        except (LookupError, ValueError) as error:
            raise Unsent(type(error).__name__, for_good=True) from None
        try:
            try:
                self._post(device, headers, body)
            except BROKEN:
                # Once more: if the first one came, this one replaces it.
                self._post(device, headers, body)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unsent(type(error).__name__, is_down=isinstance(error, httpx.TransportError)) from None

    def _post(self, device: Device, headers: dict[str, str], body: bytes) -> None:
        # Nothing but the first line is read: an answer without an end keeps nobody waiting.
        with self._client.stream("POST", device.address, headers=headers, content=body) as response:
            _judge(response)

    @cached_property
    def _client(self) -> httpx.Client:
        # Its certificates take a tenth of a second to load, in a process that may never send anything.
        return httpx.Client(follow_redirects=False, timeout=TIMEOUT_SECONDS)


def _headers(device: Device, push: Push) -> dict[str, str]:
    headers = {
        "Authorization": vapid.authorization(device.address),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(push.kept_seconds),
        "Urgency": "high",
    }
    if push.topic:
        # The service reads this header, so it is the digest of a name that only this device's pushes have.
        headers["Topic"] = encoded(hashlib.sha256(push.topic.encode()).digest()[:24])
    return headers


def _judge(response: httpx.Response) -> None:
    status = response.status_code
    if not 200 <= status < 300:
        raise Answer(status, retry_after(response)).error(gone=status in (404, 410))
