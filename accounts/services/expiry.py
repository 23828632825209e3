"""Sign-ins that nobody ended, on devices that never came back."""

from accounts.models import SignIn
from accounts.services import sign_ins
from chatsite import pruning


class EndExpired(pruning.Rule):
    """All that such a device holds has expired. Its sign-in ends, and then goes a year later like all others."""

    name = "sign_ins ended"

    def due(self) -> pruning.Keys:
        return list(SignIn.objects.not_ended().stale().values_list("pk", flat=True)[: pruning.BATCH])

    def apply(self, keys: pruning.Keys) -> None:
        sign_ins.end(SignIn.objects.stale().filter(pk__in=keys))
