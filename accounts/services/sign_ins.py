"""Starting, recognising and ending sign-ins: the one place where a device gains or loses access."""

import secrets
from collections.abc import Collection, Iterable
from datetime import timedelta

from django.contrib.auth import SESSION_KEY as USER_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.db.models import Q, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import SHA256, Concat
from django.utils import timezone

from accounts import metrics
from accounts.models import RefreshToken, SecondStep, SignIn, TrustedBrowser, User
from accounts.models.sign_in import SignInQuerySet
from accounts.signals import sign_ins_ended
from chatsite.database.by_id import ById
from chatsite.database.locking import retry_on_conflict

SESSION_KEY = "sign_in"
PUBLIC_ID_KEY = "sign_in_public_id"
# In the session that becomes a sign-in's: the form of the password says so, and a second step may lie between.
SHARED_KEY = "is_shared"
# When the session was last renewed, in seconds.
RENEWED_KEY = "renewed_at"
SEEN_EVERY = timedelta(minutes=5)
RENEWED_EVERY = timedelta(days=1)

_by_id = ById(SignIn, "user")


def start(user: User, *, kind: str, device_name: str = "", is_shared: bool = False, second_factor: str = "") -> SignIn:
    """Open a sign-in for a person whose credentials were just checked, and the second factor that was given, if any."""
    end(SignIn.objects.for_user(user).expired())
    metrics.SIGN_INS.labels(kind).inc()
    with transaction.atomic():
        # Another address ends all sign-ins, so also one whose password was being checked meanwhile.
        is_theirs = User.objects.select_for_update().filter(pk=user.pk, email=user.email).exists()
        return SignIn.objects.create(
            user=user,
            public_id=_new_public_id(),
            kind=kind,
            device_name=device_name[:200],
            is_shared=is_shared,
            credentials_digest=user.credentials_digest,
            second_factor=second_factor,
            ended_at=None if is_theirs else timezone.now(),
        )


def find(sign_in_id: int | None) -> SignIn | None:
    """The sign-in with its person, in one query, if it is valid. For ids of our own rows: see `recognise`.

    This ends a sign-in for good whose person another program deactivated or gave another password or role.
    """
    sign_in = _by_id(sign_in_id)
    return _while_valid(sign_in) if sign_in else None


def recognise(sign_in_id: int | None, *, user_id: int | str | None, public_id: str | None) -> SignIn | None:
    """The same for what a device presents. A row number is not enough: after a restored dump it may be another's.

    `public_id` is None in what an older release issued; then the person alone is compared.
    """
    sign_in = find_ended_too(sign_in_id, user_id=user_id, public_id=public_id)
    return _while_valid(sign_in) if sign_in else None


def find_ended_too(sign_in_id: int | None, *, user_id: int | str | None, public_id: str | None) -> SignIn | None:
    """The sign-in that a device presents, whether or not it has ended. It gives no access: see `recognise`."""
    sign_in = _by_id(sign_in_id)
    if sign_in is None or str(sign_in.user_id) != str(user_id) or public_id not in (None, sign_in.public_id):
        return None
    return sign_in


def of_session(session: SessionBase) -> SignIn | None:
    """The valid sign-in of a browser's session, with its person, in one query."""
    if USER_KEY not in session:
        return None
    return recognise(session.get(SESSION_KEY), user_id=session[USER_KEY], public_id=session.get(PUBLIC_ID_KEY))


def name_in_session(session: SessionBase, sign_in: SignIn) -> None:
    """Make a browser's session that of this sign-in. One that names it already is saved once a day."""
    named = {SESSION_KEY: sign_in.pk, PUBLIC_ID_KEY: sign_in.public_id}
    if any(session.get(key) != value for key, value in named.items()):
        session.update(named)
    # Saving it gives it, and its cookie, another month.
    moment = int(timezone.now().timestamp())
    if moment - session.get(RENEWED_KEY, 0) > RENEWED_EVERY.total_seconds():
        session[RENEWED_KEY] = moment


def devices_of(user: User, *, current: SignIn | None) -> list[SignIn]:
    """Where a person is signed in, this device first, then the latest seen; at most fifty."""
    rows = SignIn.objects.for_user(user).not_ended().not_expired()
    rows = rows.select_related("user").order_by("-last_seen_at")[:50]
    return sorted((row for row in rows if row.is_valid), key=lambda row: row != current)


def mark_seen(sign_in: SignIn) -> None:
    """Store that the device was seen now, to the nearest few minutes."""
    if timezone.now() - sign_in.last_seen_at > SEEN_EVERY:
        sign_in.last_seen_at = timezone.now()
        sign_in.save(update_fields=["last_seen_at"])


@retry_on_conflict
def end(sign_ins: SignInQuerySet) -> int:
    """End those of the queryset that have not ended, with their tokens; publish it after the commit."""
    with transaction.atomic():
        ids = list(sign_ins.not_ended().values_list("pk", flat=True))
        ended = SignIn.objects.filter(pk__in=ids).not_ended().update(ended_at=timezone.now())
        RefreshToken.objects.filter(sign_in__in=ids).delete()
        if ids:
            transaction.on_commit(lambda: sign_ins_ended.send_robust(SignIn, sign_in_ids=ids))
    return ended


def end_all(user: User, *, but: SignIn | None = None) -> int:
    """End every sign-in of a person, but the one given, as `end_all_of` does."""
    return end_all_of([user.pk], but=but)


def end_all_of(user_ids: Collection[int], *, but: SignIn | None = None) -> int:
    """End every sign-in of several people, but the one given.

    Those between the password and the second factor end, too, and no browser is trusted any more.
    """
    TrustedBrowser.objects.filter(user__in=user_ids).delete()
    SecondStep.objects.filter(user__in=user_ids).delete()
    theirs = SignIn.objects.filter(user__in=user_ids)
    return end(theirs.exclude(pk=but.pk) if but else theirs)


def end_all_of_everybody() -> None:
    """End every sign-in, whatever is half-way to one, and the trust in every browser."""
    TrustedBrowser.objects.all().delete()
    SecondStep.objects.all().delete()
    end(SignIn.objects.all())


def still_valid(ids: Iterable[int], *, but: Q | None = None) -> dict[int, str | None]:
    """Those of these sign-ins that are valid, and not `but`, each with the public id that its row has now.

    The live processes call this for their sockets every few seconds. The database compares: loading thousands of
    people as objects would delay the sockets by a tenth of a second.
    """
    # As text: to check and pass each number on its own takes longer than all the rest.
    listed = ", ".join(str(int(pk)) for pk in ids)
    if not listed:
        return {}
    rows = SignIn.objects.not_ended().not_expired()
    rows = rows.filter(pk__in=RawSQL(listed, ()), user__is_active=True)  # noqa: S611 - numbers
    if but is not None:
        rows = rows.exclude(but)
    present = SHA256(Concat("user__role", Value(":"), "user__password"))
    return dict(rows.filter(credentials_digest=present).values_list("pk", "public_id"))


def mark_all_seen(ids: Iterable[int]) -> None:
    """Store that these devices were seen now, to the nearest few minutes."""
    moment = timezone.now()
    SignIn.objects.filter(pk__in=list(ids), last_seen_at__lt=moment - SEEN_EVERY).update(last_seen_at=moment)


def _while_valid(sign_in: SignIn) -> SignIn | None:
    if not sign_in.is_valid:
        if sign_in.ended_at is None:
            end(SignIn.objects.filter(pk=sign_in.pk))
        return None
    if sign_in.public_id is None:
        _give_public_id(sign_in)
    return sign_in


def _give_public_id(sign_in: SignIn) -> None:
    """A process of an older release inserted the row. Of several that read it at once, one stores the id for all."""
    SignIn.objects.filter(pk=sign_in.pk, public_id=None).update(public_id=_new_public_id())
    sign_in.refresh_from_db(fields=["public_id"])


def _new_public_id() -> str:
    return secrets.token_hex(16)
