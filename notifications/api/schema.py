"""The OpenAPI description of devices."""

from typing import Any

from rest_framework import serializers as s

from accounts.api.schema import signed_in
from chat.errors import NotAParticipant
from chatsite.http.errors import TooManyRequests
from chatsite.http.openapi import answer, body, envelope, operation, path_text
from notifications.api.requests import KINDS, RegistrationSerializer
from notifications.errors import (
    DeviceInvalid,
    DeviceKindUnavailable,
    DeviceNotFound,
    PushHostNotAllowed,
    PushKeysInvalid,
)
from notifications.services.devices import MOST_DEVICES

_TAG = "Devices"
ID = "0c1d6f0e-5b7a-4c53-9d59-0f6d3c1f8a77"
WEB: dict[str, Any] = {
    "kind": "web",
    "endpoint": "https://fcm.googleapis.com/fcm/send/dBl0ZxKq7mU",
    "keys": {
        "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg",
    },
}
_DEVICE = {
    "id": ID,
    "kind": "web",
    "name": "Chrome · Android",
    "account": "5f1d7c0a9b3e4d62a8c1f0e7b6d5c4a3",
    "created_at": "2026-03-09T10:30:00Z",
    "told_at": None,
    "error": None,
    "is_current": True,
}


class DeviceSerializer(s.Serializer):
    """A browser or an app that shows notifications."""

    id = s.UUIDField()
    kind = s.ChoiceField(KINDS)
    name = s.CharField(help_text="Of its sign-in, for people")
    account = s.CharField(help_text="Names this account in the pushes to this device")
    created_at = s.DateTimeField()
    told_at = s.DateTimeField(allow_null=True, help_text="When its service last accepted a push")
    error = s.CharField(allow_null=True, help_text="Why its service did not accept the last one: `HTTP 503`, …")
    is_current = s.BooleanField(help_text="Whether this sign-in registered it")


_REFUSALS = (*signed_in(safe=False), NotAParticipant)
_BAD_ID = DeviceInvalid("The id of a device must be a UUID.")
_PATH = path_text("device_id", ID)

LIST = operation(
    "list_devices",
    "List the devices on which you get notifications",
    "Those whose sign-ins are valid, the one that was there last first. `push_key` is the `applicationServerKey` with "
    "which a browser subscribes; null if this server sends no pushes to browsers.",
    tag=_TAG,
    answers={
        200: answer(
            envelope("Devices", devices=DeviceSerializer(many=True), push_key=s.CharField(allow_null=True)),
            "Devices retrieved successfully",
            {"devices": [_DEVICE], "push_key": WEB["keys"]["p256dh"]},
        )
    },
    refusals=(*signed_in(safe=True), NotAParticipant),
)
_REGISTERED = envelope("RegisteredDevice", device=DeviceSerializer())
REGISTER = operation(
    "register_device",
    "Get notifications on this device",
    "The id is a UUID of your own, the same at each start of the app: send this at each start, so that the server "
    "knows that the device is there. It belongs to the sign-in of the request and ends with it. An endpoint or token "
    f"belongs to one device: registered under another account, it leaves the first. Of more than {MOST_DEVICES} "
    "devices of a person, the one that was there longest ago is removed.",
    tag=_TAG,
    request=body(RegistrationSerializer, WEB),
    parameters=[_PATH],
    answers={
        200: answer(_REGISTERED, "Device registered", {"device": _DEVICE}, when='"Device registered", known before'),
        201: answer(_REGISTERED, "Device registered", {"device": _DEVICE}),
    },
    refusals=[
        _BAD_ID,
        PushHostNotAllowed,
        PushKeysInvalid,
        DeviceKindUnavailable,
        DeviceNotFound,
        TooManyRequests,
        *_REFUSALS,
    ],
)
REMOVE = operation(
    "remove_device",
    "Get no more notifications on a device",
    "A repeat changes nothing. The id of another person's device is answered 404.",
    tag=_TAG,
    parameters=[_PATH],
    answers={200: answer(envelope("RemovedDevice"), "Device removed")},
    refusals=[_BAD_ID, DeviceNotFound, *_REFUSALS],
)
TEST = operation(
    "test_device",
    "Show a test notification on a device",
    "Answers what the service of the device said: `accepted`, or in `answer` the kind of the error. If the service "
    "does not know the device any more, it is removed: register it again. Five at once, then one in ten seconds.",
    tag=_TAG,
    parameters=[_PATH],
    answers={
        200: answer(
            envelope(
                "TestedDevice",
                accepted=s.BooleanField(),
                answer=s.CharField(allow_null=True, help_text="`HTTP 410`, `ConnectTimeout`, …; null if accepted"),
                removed=s.BooleanField(help_text="Whether the device is gone"),
            ),
            "The push service accepted the test",
            {"accepted": True, "answer": None, "removed": False},
            when='"The push service accepted the test", or "The test was not accepted"',
        )
    },
    refusals=[_BAD_ID, DeviceNotFound, TooManyRequests, *_REFUSALS],
)
