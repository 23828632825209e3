"""Reading a conversation: by pages, and by what changed. Order is the order of ids, never of times."""

from dataclasses import dataclass

from chat.models import Chat, Message


@dataclass(frozen=True, slots=True)
class Page:
    """Some messages with their attachments, and where to go on from."""

    messages: list[Message]
    has_more: bool
    # The cursor for the next `since`: the conversation as it stood before the rows were read.
    next_since: int
    reset: bool = False


def _messages(chat: Chat):
    return Message.objects.filter(chat=chat).prefetch_related("attachments")


def offset_page(chat: Chat, *, limit: int, offset: int) -> list[Message]:
    """The documented pagination, from the oldest. The ids come first, from the index alone: offsets may be deep."""
    ids = Message.objects.filter(chat=chat).order_by("pk").values_list("pk", flat=True)[offset : offset + limit]
    return list(_messages(chat).filter(pk__in=list(ids)).order_by("pk"))


def newest(chat: Chat, *, limit: int) -> Page:
    """The newest messages: what every screen opens with."""
    found = list(_messages(chat).order_by("-pk")[: limit + 1])
    return Page(found[:limit][::-1], len(found) > limit, chat.seq)


def before(chat: Chat, *, message_id: int, limit: int) -> Page:
    """The messages just before this one."""
    found = list(_messages(chat).filter(pk__lt=message_id).order_by("-pk")[: limit + 1])
    return Page(found[:limit][::-1], len(found) > limit, chat.seq)


def after(chat: Chat, *, message_id: int, limit: int) -> Page:
    """The messages just after this one."""
    found = list(_messages(chat).filter(pk__gt=message_id).order_by("pk")[: limit + 1])
    return Page(found[:limit], len(found) > limit, chat.seq)


def since(chat: Chat, *, seq: int, limit: int) -> Page:
    """The present state of every message that changed after `seq`, in the order of the changes.

    `chat` must have been read before this call: its `seq` is the line up to which the answer is complete.
    """
    if seq > chat.seq:
        return Page([], False, chat.seq, reset=True)
    changed = _messages(chat).filter(seq__gt=seq, seq__lte=chat.seq).order_by("seq", "pk")
    found = list(changed[: limit + 1])
    page = found[:limit]
    has_more = len(found) > limit
    return Page(page, has_more, page[-1].seq if has_more else chat.seq)
