"""Reading a conversation: by pages, and by changes. Messages are ordered by id, never by time."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from chat import metrics
from chat.errors import Invalid
from chat.input import MAX_ID, parse_count, parse_id
from chat.loading import FullRow, load_rows
from chat.models import Chat
from chat.rows import messages as rows
from chat.services import epoch
from chatsite.http.sentences import all_of, sentence


@dataclass(frozen=True, slots=True)
class Page:
    """A page of messages with their details, and the cursor for changes."""

    messages: list[FullRow]
    has_more: bool
    # The cursor for the next `since`: the chat's `seq` before the messages were read.
    next_since: int
    # Of another history: what the client has no longer counts.
    reset: bool = False
    # For a page in the middle: whether there are newer messages.
    has_newer: bool = False


def requested_page(chat: Chat, query: Mapping[str, str], *, limit: int, besides: tuple[str, ...] = ()) -> Page | None:
    """The page that `newest`, `before`, `after` or `since` of a query asks for, None where it has none of them.

    Raises Invalid for what cannot be read, and for more than one of them and of those in `besides`.
    """
    asked = [name for name in ("newest", "before", "after", "since", *besides) if name in query]
    if len(asked) > 1:
        raise Invalid(sentence(_("Send only one of {names}."), names=all_of(asked)))
    for name in ("from", "epoch"):
        if name in query and asked != ["since"]:
            raise Invalid(sentence(_("{name} goes with since: send both, or leave it out."), name=name))
    match asked:
        case ["newest"]:
            if query["newest"] != "1":
                raise Invalid(_("newest must be 1."))
            return newest(chat, limit=limit)
        case ["before"]:
            return before(chat, message_id=parse_id(query["before"], "before"), limit=limit)
        case ["after"]:
            return after(chat, message_id=parse_id(query["after"], "after"), limit=limit)
        case ["since"]:
            seq, oldest = parse_count(query["since"], "since"), parse_count(query.get("from", "0"), "from")
            return since(chat, seq=seq, oldest=oldest, history_epoch=query.get("epoch"), limit=limit)
    return None


def offset_page(chat: Chat, *, limit: int, offset: int) -> list[FullRow]:
    """The documented pagination, from the oldest."""
    return load_rows(rows.beside(chat.pk, ">", 0, limit=limit, offset=offset))


def newest(chat: Chat, *, limit: int) -> Page:
    """The newest messages, with which every screen opens."""
    return before(chat, message_id=MAX_ID, limit=limit)


def before(chat: Chat, *, message_id: int, limit: int) -> Page:
    """The messages just before this one."""
    found = rows.beside(chat.pk, "<", message_id, limit=limit + 1)
    return Page(load_rows(found[-limit:]), len(found) > limit, chat.seq)


def after(chat: Chat, *, message_id: int, limit: int) -> Page:
    """The messages just after this one."""
    found = rows.beside(chat.pk, ">", message_id, limit=limit + 1)
    return Page(load_rows(found[:limit]), len(found) > limit, chat.seq)


def around(chat: Chat, *, message_id: int, limit: int) -> Page:
    """A message with as many before as after it; `has_more` is whether there are older ones."""
    half = limit // 2
    older = rows.beside(chat.pk, "<", message_id + 1, limit=half + 2)
    newer = rows.beside(chat.pk, ">", message_id, limit=half + 1)
    messages = load_rows(older[-half - 1 :] + newer[:half])
    return Page(messages, len(older) > half + 1, chat.seq, has_newer=len(newer) > half)


def since(chat: Chat, *, seq: int, limit: int, oldest: int = 0, history_epoch: str | None = None) -> Page:
    """The present state of every message that changed after `seq`, in the order of the changes.

    Messages below the id `oldest` are left out, and the cursor moves past their changes. `chat` must have been read
    before this call: the answer is complete up to its `seq`.
    """
    metrics.CAUGHT_UP.inc()
    if not epoch.counts(seq, chat=chat, named=history_epoch):
        return Page([], False, chat.seq, reset=True)
    found = rows.changed(chat.pk, since=seq, up_to=chat.seq, oldest=oldest, limit=limit + 1)
    page = load_rows(found[:limit])
    has_more = len(found) > limit
    return Page(page, has_more, page[-1].message.seq if has_more else chat.seq)
