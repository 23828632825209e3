"""Which sign-ins were refused after too many tries: for the practice, when a person calls."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from accounts.errors import TooManySignIns
from accounts.models import LockOut, User
from chatsite import limiter
from chatsite.database.locking import retry_on_conflict
from chatsite.http.errors import TooManyAttempts

_MINUTE = timedelta(minutes=1)


@contextmanager
def noted(account: str, own: Sequence[limiter.Limit]) -> Iterator[None]:
    """Keep a lock-out that is raised here, the same whether or not anybody has the account.

    One by its `own` limits alone: whoever is stopped at a place would fill the table with names they make up.
    """
    try:
        yield
    except TooManySignIns:
        # The password was right each time.
        raise
    except TooManyAttempts as refusal:
        if any(limiter.is_full(limit) for limit in own):
            _note(account, timedelta(seconds=refusal.retry_after or 0))
        raise


def of_person(user: User, *, most: int = 5) -> list[LockOut]:
    """The last ones of this person's present address, newest first."""
    return list(LockOut.objects.filter(account=_digest(user.email)).order_by("-until")[:most])


@retry_on_conflict
def _note(account: str, wait: timedelta) -> None:
    now = timezone.now()
    until = (now + wait).replace(second=0, microsecond=0) + _MINUTE
    LockOut.objects.bulk_create([LockOut(account=_digest(account), began_at=now, until=until)], ignore_conflicts=True)


def _digest(account: str) -> str:
    return limiter.failures_of(account).digest
