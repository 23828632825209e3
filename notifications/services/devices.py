"""A person's devices: registering, renewing and removing them, and which of them may be told something."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import SignIn, User
from chatsite.database.locking import named_lock, retry_on_conflict
from notifications.channels.push import Unsent
from notifications.errors import DeviceNotFound
from notifications.models import Device

# When one more is registered, the one goes that was there longest ago: it is most likely the one that is gone.
MOST_DEVICES = 20


@dataclass(frozen=True, slots=True)
class Registration:
    """What a client says of itself."""

    public_id: str
    kind: str
    address: str
    p256dh: str = ""
    auth: str = ""

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.kind} {self.address}".encode()).hexdigest()


@retry_on_conflict
def register(sign_in: SignIn, *, registration: Registration, is_renewal: bool = False) -> tuple[Device, bool]:
    """Store the device of this sign-in, and whether it is new. A repeat finds the same row.

    An address is that of one device: under another account, or another id, it is there no more. A renewal is of what
    the same person registered: after somebody else signed in, a browser must not go on by itself.
    """
    # Of two who register an address at once, the second finds the row of the first.
    with named_lock(f"device {registration.digest}"), transaction.atomic():
        known = Device.objects.select_for_update().filter(public_id=registration.public_id).first()
        if is_renewal and (known is None or known.user_id != sign_in.user_id):
            raise DeviceNotFound
        if known and known.user_id != sign_in.user_id and known.digest != registration.digest:
            raise DeviceNotFound
        Device.objects.filter(digest=registration.digest).exclude(
            public_id=registration.public_id, user=sign_in.user_id
        ).delete()
        values = _values(sign_in, registration)
        if known and known.digest != registration.digest:
            values |= {"failures": 0, "error": "", "not_before": None}
        device, is_new = Device.objects.update_or_create(
            public_id=registration.public_id,
            user=sign_in.user,
            defaults=values,
            create_defaults=values | {"account": secrets.token_hex(16)},
        )
        _remove_oldest(sign_in.user)
    return device, is_new


@retry_on_conflict
def remove(user: User, *, public_id: str) -> None:
    """Tell this device nothing any more. A repeat finds nothing; another person's id is refused."""
    deleted, _ = Device.objects.for_user(user).filter(public_id=public_id).delete()
    if not deleted and Device.objects.filter(public_id=public_id).exists():
        raise DeviceNotFound


def device_of(user: User, *, public_id: str) -> Device:
    device = next((device for device in devices_of(user) if device.public_id == public_id), None)
    if device is None:
        raise DeviceNotFound
    return device


def devices_of(user: User) -> list[Device]:
    """Those that may be told something: their sign-ins are valid. The one that was there last comes first."""
    stale = SignIn.objects.for_user(user).expired()
    rows = Device.objects.for_user(user).exclude(sign_in__in=stale).select_related("sign_in__user")
    return [device for device in rows.order_by("-renewed_at", "-pk") if device.sign_in.is_valid]


def people_with_devices(user_ids: Iterable[int]) -> set[int]:
    """Those of them who have any device, whether or not its sign-in is valid still."""
    return set(Device.objects.filter(user__in=set(user_ids)).values_list("user", flat=True).distinct())


@retry_on_conflict
def note_told(devices: Iterable[Device], now: datetime) -> None:
    rows = Device.objects.filter(pk__in=[device.pk for device in devices])
    rows.update(told_at=now, failures=0, error="", not_before=None)


@retry_on_conflict
def note_failure(device: Device, error: Unsent, now: datetime) -> None:
    """A device that its service does not know any more is deleted, unless it was registered anew meanwhile."""
    row = Device.objects.filter(pk=device.pk, digest=device.digest)
    if error.gone:
        row.filter(renewed_at=device.renewed_at).delete()
        return
    wait = timedelta(seconds=error.retry_after) if error.retry_after else None
    row.update(failures=F("failures") + 1, error=error.kind[:40], not_before=now + wait if wait else None)


def _values(sign_in: SignIn, registration: Registration) -> dict[str, object]:
    return {
        "sign_in": sign_in,
        "kind": registration.kind,
        "address": registration.address,
        "digest": registration.digest,
        "p256dh": registration.p256dh,
        "auth": registration.auth,
        "renewed_at": timezone.now(),
    }


def _remove_oldest(user: User) -> None:
    kept = Device.objects.for_user(user).order_by("-renewed_at", "-pk").values_list("pk", flat=True)[:MOST_DEVICES]
    Device.objects.for_user(user).exclude(pk__in=list(kept)).delete()
