"""The notices for devices, as the tests ask for them."""

from notifications.models import Notice


def pushes():
    return Notice.objects.filter(channel="push").order_by("pk")


def states():
    return list(pushes().values_list("up_to", "step", "state"))
