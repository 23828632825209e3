"""The history that cursors belong to.

A database that was restored, or a replica that was promoted, lacks what was written last, and would number it again.
So it begins another history: clients of the former one load again, whether they name it or not.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max, Min

from chat.fields import now
from chat.models import Chat, History, Message
from chatsite.database.locking import retry_on_conflict
from chatsite.models import new_uid
from chatsite.recent import Recent

# How far above every number of the former history the new ones begin: more than one can have lost.
ROOM = 1_000_000
# How long clients say that something was lost.
SAID_FOR = timedelta(days=30)
_BATCH = 200
_LOOKED_AT = 100


def _read() -> History:
    history, _ = History.objects.get_or_create(pk=History.ONE, defaults={"started_at": now()})
    return history


# A page that names an older epoch than it belongs to is loaded again: no harm, so it need not be read each time.
_recent = Recent(_read, seconds=10)


def current() -> History:
    """The history of this database; its first reader begins it."""
    return _recent.now()


def recent() -> History:
    """The same, as it was some seconds ago: a page of messages takes no statement more for it."""
    return _recent.value()


def counts(seq: int, *, chat: Chat, named: str | None) -> bool:
    """Whether a client that has this `seq` of this chat, and perhaps names a history, can go on from there."""
    history = recent()
    if seq > chat.seq or named not in (None, history.epoch):
        return False
    # A chat that was opened in this history begins at 0. An app may name this one beside a number of the former.
    return not 0 < seq < history.seq_floor <= chat.seq


def loss() -> tuple[datetime, datetime] | None:
    """From when to when writing was lost, while people are told about it."""
    history = recent()
    if not history.lost_from or not history.lost_until or now() - history.started_at > SAID_FOR:
        return None
    return history.lost_from, history.lost_until


def last_write() -> datetime | None:
    """When the newest message that this database has was written.

    That with the highest id may be another program's, with an old time.
    """
    times = Message.objects.order_by("-pk").values_list("created_at", flat=True)[:_LOOKED_AT]
    return max(filter(None, times), default=None)


def begin(*, lost_from: datetime | None = None) -> History:
    """Begin another history, after which every client loads again.

    `lost_from`: what was written from then until now is missing. Can be repeated after it broke off, also while people
    write.
    """
    floor = (Chat.objects.aggregate(most=Max("seq"))["most"] or 0) + ROOM
    _raise_numbers(by=floor)
    moment = now()
    values = {
        "epoch": new_uid(),
        "started_at": moment,
        "seq_floor": floor,
        "lost_from": lost_from,
        "lost_until": moment if lost_from else None,
    }
    history, _ = History.objects.update_or_create(pk=History.ONE, defaults=values)
    _recent.forget()
    return history


def _raise_numbers(*, by: int) -> None:
    """Give all chats and messages a `seq` above what any client has, and leave their order as it is."""
    chat_id = 0
    while True:
        span = Chat.objects.filter(pk__in=_ids_after(chat_id)).aggregate(first=Min("pk"), last=Max("pk"))
        if span["last"] is None:
            return
        _raise_span(span["first"], span["last"], by=by)
        chat_id = span["last"]


def _ids_after(chat_id: int) -> list[int]:
    return list(Chat.objects.filter(pk__gt=chat_id).order_by("pk").values_list("pk", flat=True)[:_BATCH])


@retry_on_conflict
@transaction.atomic
def _raise_span(first: int, last: int, *, by: int) -> None:
    chats = Chat.objects.filter(pk__range=(first, last))
    # Whoever sends takes these locks first, so that no message comes in between.
    list(chats.select_for_update().values_list("pk", flat=True))
    Message.objects.filter(chat__gte=first, chat__lte=last).update(seq=F("seq") + by)
    chats.update(seq=F("seq") + by)
