"""The devices on which a person gets notifications: those of apps, and those of our own pages."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.requests import PersonApiRequest
from chat.api.permissions import IsDoctorOrPatient
from chat.representation import time_json
from chatsite import budgets
from chatsite.budgets import buckets
from chatsite.http.envelope import success
from notifications.api import schema
from notifications.api.requests import parse_device_id, parse_registration
from notifications.channels import vapid
from notifications.models import Device
from notifications.services import devices
from notifications.services.device_tests import send_test

_PERMISSIONS = [IsAuthenticated, IsDoctorOrPatient]


class DevicesView(APIView):
    permission_classes = _PERMISSIONS

    @extend_schema(**schema.LIST)
    def get(self, request: PersonApiRequest) -> Response:
        """My devices."""
        mine = [device_json(device, request) for device in devices.devices_of(request.user)]
        return success("Devices retrieved successfully", devices=mine, push_key=vapid.public_key())


class DeviceView(APIView):
    permission_classes = _PERMISSIONS

    @extend_schema(**schema.REGISTER)
    def put(self, request: PersonApiRequest, device_id: str) -> Response:
        """Get notifications here."""
        buckets.spend(budgets.devices(request.user.pk))
        registration, is_renewal = parse_registration(device_id, request.data)
        device, is_new = devices.register(request.auth, registration=registration, is_renewal=is_renewal)
        return success("Device registered", status=201 if is_new else 200, device=device_json(device, request))

    @extend_schema(**schema.REMOVE)
    def delete(self, request: PersonApiRequest, device_id: str) -> Response:
        """Get none there any more."""
        devices.remove(request.user, public_id=parse_device_id(device_id))
        return success("Device removed")


class DeviceTestView(APIView):
    permission_classes = _PERMISSIONS

    @extend_schema(**schema.TEST)
    def post(self, request: PersonApiRequest, device_id: str) -> Response:
        """Show a notification there now."""
        result = send_test(request.user, public_id=parse_device_id(device_id))
        message = "The push service accepted the test" if result.accepted else "The test was not accepted"
        return success(message, accepted=result.accepted, answer=result.answer, removed=result.removed)


def device_json(device: Device, request: PersonApiRequest) -> dict[str, Any]:
    return {
        "id": device.public_id,
        "kind": device.kind,
        "name": device.sign_in.device_name,
        "account": device.account,
        "created_at": time_json(device.created_at),
        "told_at": time_json(device.told_at),
        "error": device.error or None,
        "is_current": device.sign_in_id == request.auth.pk,
    }
