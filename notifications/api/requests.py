"""What clients send about their devices, checked."""

import re
import uuid
from typing import Any

from django.utils.translation import gettext_noop as _
from rest_framework import serializers as s

from accounts.api.serializers import TextField
from notifications.channels import endpoints
from notifications.channels.base64url import decoded, encoded
from notifications.channels.devices import CHANNELS
from notifications.channels.encryption import key_from
from notifications.errors import DeviceInvalid, DeviceKindUnavailable, PushHostNotAllowed, PushKeysInvalid
from notifications.models import Device
from notifications.services.devices import Registration

KINDS = Device.Kind.values
# Apple's may be written in capitals; either way it is the same device.
_TOKENS = {Device.Kind.FCM: re.compile(r"[A-Za-z0-9_:.-]+"), Device.Kind.APNS: re.compile(r"([0-9A-Fa-f]{2}){16,100}")}


class KeysSerializer(s.Serializer):
    """The `keys` of a browser's PushSubscription."""

    p256dh = TextField(max_length=100)
    auth = TextField(max_length=30)


class RegistrationSerializer(s.Serializer):
    """A browser sends `endpoint` and `keys`, an app `token`."""

    kind = s.ChoiceField(KINDS)
    endpoint = TextField(required=False, max_length=endpoints.LONGEST, help_text="Of kind web: as the browser has it")
    keys = KeysSerializer(required=False, help_text="Of kind web: as the browser has them")
    token = TextField(
        required=False, max_length=endpoints.LONGEST, help_text="Of the other kinds; of apns in hexadecimal"
    )
    renew = s.BooleanField(
        required=False, default=False, help_text="Only if this person registered this device: otherwise 404"
    )


def parse_device_id(text: str) -> str:
    """The canonical form of a UUID."""
    try:
        if not 32 <= len(text) <= 36:
            raise ValueError(text)
        return str(uuid.UUID(text))
    except ValueError:
        raise DeviceInvalid(_("The id of a device must be a UUID.")) from None


def parse_registration(device_id: str, data: Any) -> tuple[Registration, bool]:
    """What is registered, and whether it is a renewal."""
    public_id = parse_device_id(device_id)
    form = RegistrationSerializer(data=data)
    form.is_valid(raise_exception=True)
    fields = form.validated_data
    if fields["kind"] not in CHANNELS:
        raise DeviceKindUnavailable
    registration = _browser(public_id, fields) if fields["kind"] == Device.Kind.WEB else _app(public_id, fields)
    return registration, fields["renew"]


def _browser(public_id: str, fields: dict[str, Any]) -> Registration:
    endpoint, keys = fields.get("endpoint", ""), fields.get("keys", {})
    if not endpoint or not keys:
        raise DeviceInvalid(_("A browser sends endpoint and keys."))
    if endpoints.service_of(endpoint) is None:
        raise PushHostNotAllowed
    try:
        p256dh, auth = decoded(keys["p256dh"]), decoded(keys["auth"])
        key_from(p256dh)
    except ValueError:
        raise PushKeysInvalid from None
    if len(auth) != 16:
        raise PushKeysInvalid
    return Registration(public_id, fields["kind"], endpoint, encoded(p256dh), encoded(auth))


def _app(public_id: str, fields: dict[str, Any]) -> Registration:
    kind, token = fields["kind"], fields.get("token", "")
    if not token:
        raise DeviceInvalid(_("An app sends token."))
    if not _TOKENS[kind].fullmatch(token):
        raise DeviceInvalid(_("This is no token of such a device. Send it whole, Apple's in hexadecimal."))
    return Registration(public_id, kind, token.lower() if kind == Device.Kind.APNS else token)
