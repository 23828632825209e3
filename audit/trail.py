"""The one door to the trail: what is done is recorded here, and asked here before something is opened."""

import time

from audit.actions import Action
from audit.context import Actor, actor_here
from audit.entry import Entry
from audit.errors import AuditUnavailable
from audit.writer import writer
from chatsite.http import request_id

# Repeats within so long are one row.
ONCE_SECONDS = 60.0
_SLOW_SECONDS = 10
# More than people do here within that time; then all are forgotten, and some repeats noted.
_MOST_KNOWN = 50_000
# Of these one a minute, whatever the messages: words come one by one, and the list changes with each.
_ONE_A_MINUTE = {Action.READ, Action.SINCE, Action.LIST}
_known: dict[tuple[object, ...], float] = {}


def demand() -> None:
    """Before something is opened; raises AuditUnavailable where nothing could be noted for a minute."""
    if writer.is_dead():
        raise AuditUnavailable


def is_kept() -> bool:
    return not writer.is_dead()


def outcome() -> str:
    """For `/readyz`; a row is stored within a second or two."""
    seconds = writer.waits_for()
    return "ok" if seconds < _SLOW_SECONDS else f"nothing was noted for {seconds:.0f} s"


def record(
    action: Action,
    *,
    actor: Actor | None = None,
    chat: int | None = None,
    subject: int | None = None,
    first: int | None = None,
    last: int | None = None,
    count: int = 0,
    detail: str = "",
) -> None:
    """Note an act, of the person of the present request unless `actor` is given. It queues, and takes no time.

    A repeat within a minute, on the same device, is not noted again.
    """
    actor = actor_here() if actor is None else actor
    messages = () if action in _ONE_A_MINUTE else (first, last)
    if not _is_new((action, actor.sign_in or actor.user or actor.address, chat, subject, detail, messages)):
        return
    writer.put(_entry(action, actor, chat, subject, first, last, count, detail))


def record_each(
    action: Action, *, actor: Actor | None = None, chat: int | None = None, subject: int | None = None, detail: str = ""
) -> None:
    """The same, and each time counts: a sign-in, a change, what was sent."""
    writer.put(_entry(action, actor_here() if actor is None else actor, chat, subject, None, None, 0, detail))


def record_now(
    action: Action, *, chat: int | None = None, subject: int | None = None, count: int = 0, detail: str = ""
) -> None:
    """Note what must not happen unseen, and return when the row is committed; raises AuditUnavailable."""
    if not writer.put_and_wait(_entry(action, actor_here(), chat, subject, None, None, count, detail)):
        raise AuditUnavailable


def forget_repeats() -> None:
    _known.clear()


def _is_new(key: tuple[object, ...]) -> bool:
    now = time.monotonic()
    if now - _known.get(key, -ONCE_SECONDS) < ONCE_SECONDS:
        return False
    if len(_known) >= _MOST_KNOWN:
        _known.clear()
    _known[key] = now
    return True


def _entry(
    action: Action,
    actor: Actor,
    chat: int | None,
    subject: int | None,
    first: int | None,
    last: int | None,
    count: int,
    detail: str,
) -> Entry:
    return Entry(
        action.value, actor.user, actor.role, actor.sign_in, chat, subject, first, last, count, detail, actor.address,
        request_id.current(),
    )  # fmt: skip
