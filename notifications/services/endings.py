"""Who is told that the notifications of a device end: its sign-in does, however much it is used."""

from datetime import timedelta

from accounts.models import SignIn
from accounts.services import alerts
from notifications.models import Device

AHEAD = timedelta(days=7)
BATCH = 500


def tell_of_endings() -> int:
    """Note it for each sign-in that ends within a week and was not told of; return how many."""
    ending = SignIn.objects.not_ended().ending_by_age(within=AHEAD)
    ending = ending.filter(pk__in=Device.objects.values("sign_in"), alerts=None)
    told = 0
    for sign_in in ending.select_related("user")[:BATCH]:
        if sign_in.is_valid:
            alerts.sign_in_ends(sign_in)
            told += 1
    return told
