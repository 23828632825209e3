"""Who has to have a second factor: doctors and admins, where the practice demands it, once their grace is over.

Patients may have one. Nothing here costs a query: the sign-in has its factor, and comes with its person.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.errors import SecondFactorRequired
from accounts.models import Role, SignIn, User

ROLES = (Role.DOCTOR, Role.ADMIN)
# From the invitation, or from the day on which the practice began to demand it.
GRACE = timedelta(days=14)


def due_at(user: User) -> datetime | None:
    """Until when this person may sign in without a second factor; None where that is nobody's concern."""
    since = _demanded_since() if user.role in ROLES else None
    return max(since, user.date_joined) + GRACE if since else None


def is_barred(sign_in: SignIn) -> bool:
    """Whether this sign-in reaches only the pages on which a second factor is set up, or given."""
    if sign_in.second_factor or sign_in.user.role not in ROLES:
        return False
    # Most have a factor, or are new: nothing has to be known of the practice.
    if timezone.now() < sign_in.user.date_joined + GRACE:
        return False
    due = due_at(sign_in.user)
    return due is not None and due <= timezone.now()


def check(sign_in: SignIn) -> SignIn:
    """Raises SecondFactorRequired."""
    if is_barred(sign_in):
        raise SecondFactorRequired
    return sign_in


def barred_of(ids: Iterable[int]) -> set[int]:
    """Those of these sign-ins whose grace is over: for sockets, which stay open meanwhile."""
    since, limit = _demanded_since(), timezone.now() - GRACE
    if since is None or since > limit:
        return set()
    rows = SignIn.objects.filter(pk__in=list(ids), second_factor="", user__role__in=ROLES)
    return set(rows.filter(user__date_joined__lte=limit).values_list("pk", flat=True))


def _demanded_since() -> datetime | None:
    since: datetime | None = import_string(settings.SECOND_FACTOR_DEMANDED_SINCE)()
    return since
