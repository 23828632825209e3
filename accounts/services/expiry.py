"""Sign-ins that nobody ended, on devices that never came back."""

from accounts.models import SignIn
from accounts.services import sign_ins
from chatsite import pruning


class EndExpired(pruning.Rule):
    """What such a device holds has expired, or is too old. Its sign-in ends, and goes a year later like all others."""

    name = "sign_ins ended"

    def due(self) -> pruning.Keys:
        return list(SignIn.objects.not_ended().expired().values_list("pk", flat=True)[: pruning.BATCH])

    def apply(self, keys: pruning.Keys) -> None:
        sign_ins.end(SignIn.objects.expired().filter(pk__in=keys))
