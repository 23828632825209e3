"""Starting, recognising and ending sign-ins: the one place where a device gains or loses its way in."""

from datetime import timedelta

from django.contrib.auth import SESSION_KEY as USER_KEY
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import SHA256, Concat
from django.utils import timezone

from accounts.models import RefreshToken, SignIn, User
from accounts.signals import sign_ins_ended
from chatsite.locking import retry_on_conflict
from chatsite.prepared import ById

SESSION_KEY = "sign_in"
SEEN_EVERY = timedelta(minutes=5)

_by_id = ById(lambda pk: SignIn.objects.select_related("user").filter(pk=pk))


def start(user: User, *, kind: str, device_name: str = "") -> SignIn:
    """Open a sign-in for a person whose credentials were just checked."""
    end(SignIn.objects.for_user(user).stale())
    return SignIn.objects.create(
        user=user, kind=kind, device_name=device_name[:200], credentials_digest=user.credentials_digest
    )


def find(sign_in_id: int | None) -> SignIn | None:
    """The sign-in with its person, in one query, if it still opens doors.

    One whose person was deactivated, or whose password or role changed behind our back, is ended for good here.
    """
    sign_in = _by_id(sign_in_id)
    if sign_in is None:
        return None
    if sign_in.is_valid:
        return sign_in
    if sign_in.ended_at is None:
        end(SignIn.objects.filter(pk=sign_in.pk))
    return None


def of_session(session) -> SignIn | None:
    """The valid sign-in of a browser's session, with its person, in one query."""
    if USER_KEY not in session:
        return None
    sign_in = find(session.get(SESSION_KEY))
    return sign_in if sign_in and str(sign_in.user_id) == session[USER_KEY] else None


def devices_of(user: User, *, current: SignIn | None) -> list[SignIn]:
    """Where a person is signed in, this device first, then the latest seen; at most fifty."""
    rows = SignIn.objects.for_user(user).not_ended().exclude(pk__in=SignIn.objects.for_user(user).stale())
    rows = rows.select_related("user").order_by("-last_seen_at")[:50]
    return sorted((row for row in rows if row.is_valid), key=lambda row: row != current)


def mark_seen(sign_in: SignIn) -> None:
    """Remember that the device was here, to the nearest few minutes."""
    if timezone.now() - sign_in.last_seen_at > SEEN_EVERY:
        sign_in.last_seen_at = timezone.now()
        sign_in.save(update_fields=["last_seen_at"])


@retry_on_conflict
def end(sign_ins) -> int:
    """End those of the queryset that are not ended yet; their tokens and sockets learn of it after commit."""
    with transaction.atomic():
        ids = list(sign_ins.not_ended().values_list("pk", flat=True))
        ended = SignIn.objects.filter(pk__in=ids).not_ended().update(ended_at=timezone.now())
        RefreshToken.objects.filter(sign_in__in=ids).delete()
        if ids:
            transaction.on_commit(lambda: sign_ins_ended.send_robust(SignIn, sign_in_ids=ids))
    return ended


def end_all(user: User, *, but: SignIn | None = None) -> int:
    """End every sign-in of a person, but the one given."""
    mine = SignIn.objects.for_user(user)
    return end(mine.exclude(pk=but.pk) if but else mine)


def end_all_of(user_ids) -> int:
    """End every sign-in of several people."""
    return end(SignIn.objects.filter(user__in=user_ids))


def valid_ids(ids) -> set[int]:
    """Which of these sign-ins still open doors; the live processes ask this for their sockets every few seconds.

    Compared by the database: thousands of people as objects would hold the sockets up for a tenth of a second.
    """
    rows = SignIn.objects.not_ended().filter(pk__in=list(ids), user__is_active=True)
    present = SHA256(Concat("user__role", Value(":"), "user__password"))
    return set(rows.filter(credentials_digest=present).values_list("pk", flat=True))


def mark_all_seen(ids) -> None:
    """Remember that these devices are here, to the nearest few minutes."""
    moment = timezone.now()
    SignIn.objects.filter(pk__in=list(ids), last_seen_at__lt=moment - SEEN_EVERY).update(last_seen_at=moment)
