"""A notification that a person sends to a device of their own, to see whether they arrive there."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from audit import trail
from audit.actions import Action
from chat.services.chats import total_unread
from chatsite import budgets
from chatsite.budgets import buckets
from notifications import content
from notifications.channels.devices import CHANNELS
from notifications.channels.push import Unsent
from notifications.services import devices


@dataclass(frozen=True, slots=True)
class ServiceAnswer:
    """What the device's service answered: the kind of the error, where it did not accept the test."""

    accepted: bool
    answer: str | None = None
    removed: bool = False


def send_test(user: User, *, public_id: str) -> ServiceAnswer:
    """Send it within the request: the person waits for the answer, five seconds for each step of a slow service."""
    buckets.spend(budgets.device_tests(user.pk))
    device = devices.device_of(user, public_id=public_id)
    push = content.trial_push(account=device.account, badge=total_unread(user))
    now = timezone.now()
    try:
        channel = CHANNELS.get(device.kind)
        if channel is None:
            raise Unsent("NoChannel", for_good=True)
        channel.send(device, push)
    except Unsent as error:
        devices.note_failure(device, error, now)
        return ServiceAnswer(False, error.kind, removed=error.gone)
    devices.note_told([device], now)
    trail.record_each(Action.PUSH, subject=user.pk, detail="test")
    return ServiceAnswer(True)
