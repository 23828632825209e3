"""The one place that makes events, after the commit, and passes them to the bus: this process, and all others.

Two frames go to the sockets of one process only, made here and pushed by `presence` and `reconcile`.

Each change of `chats.seq` has exactly one event with that `seq`; only a correction with very many changes has fewer.
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import assert_never

from django.dispatch import receiver

from accounts.signals import accounts_switched, sign_ins_ended
from chat import publication
from chat.live import bus, frames
from chat.live.frames import dump, with_message
from chat.live.publisher import Event
from chat.loading import FullMessage
from chat.models import Chat, Side
from chat.publication import (
    AppointmentChanged,
    BadgeChanged,
    ChatOpened,
    Delivered,
    DraftSaved,
    MessagesChanged,
    MessagesPosted,
    Posted,
    Publication,
    Read,
    SendsRepeated,
)
from chat.representation import chat_json, draft_json, presence_json, reaction_json, reply_json, time_json
from chat.search.background import indexer
from chat.services.chats import ListedChat, chats_of
from chat.services.presence import Presence

# The limit for one change, in characters: hundreds of long answers may quote what is corrected, and each shows it.
MAX_CHARACTERS = 250_000


def connect() -> None:
    """Receive what services publish, from now on."""
    publication.register(receive, frames.prepare)


def receive(published: Publication) -> None:
    """Make the events of one publication, and pass them to the bus."""
    match published:
        case MessagesPosted(posted):
            _messages_posted(posted)
        case SendsRepeated(posted):
            _sends_repeated(posted)
        case MessagesChanged():
            _messages_changed(published)
        case ChatOpened(chat):
            _chat_opened(chat)
        case Delivered():
            _delivered(published)
        case Read():
            _read(published)
        case BadgeChanged():
            _badge_changed(published)
        case DraftSaved():
            _draft_saved(published)
        case AppointmentChanged():
            _appointment_changed(published)
        case _:
            assert_never(published)


def _messages_posted(posted: list[Posted]) -> None:
    events = [(one.recipients, _of_message("message.created", one.full)) for one in posted]
    bus.publish(events, [_seq_of(one.full) for one in posted])
    indexer.note(one.message.chat_id for one in posted)


def _messages_changed(published: MessagesChanged) -> None:
    """The changed message, and those that quote it; past the limit only the present `seq` of their chat."""
    first, *others = published.changed
    more = {"last_reaction": reaction_json(published.last_reaction)} if published.reacts else {}
    changed = chain(
        [_of_message("message.changed", first, **more)], (_of_message("message.changed", full) for full in others)
    )
    events: list[Event] = [(published.recipients, frame) for frame in _as_far_as(changed, MAX_CHARACTERS)]
    if len(events) < len(published.changed):
        events.append((published.recipients, seq_frame(*_seq_of(published.changed[-1]))))
    bus.publish(events, [_seq_of(full) for full in published.changed])


def _as_far_as(texts: Iterable[str], characters: int) -> Iterator[str]:
    """The first frame, and those after it that fit."""
    for number, text in enumerate(texts):
        characters -= len(text)
        if number and characters < 0:
            return
        yield text


def _seq_of(full: FullMessage) -> tuple[int, int]:
    return full.message.chat_id, full.message.seq


def _of_message(kind: str, full: FullMessage, **more: object) -> str:
    chat_id, seq = _seq_of(full)
    return with_message({"type": kind, "chat_id": chat_id, "seq": seq, **more}, full)


def _delivered(published: Delivered) -> None:
    side = published.side
    frame = {
        "type": "chat.delivered",
        "chat_id": published.chat_id,
        "seq": published.seq,
        "recipient_role": side.role,
        "up_to": side.delivered_up_to,
        "delivered_at": time_json(side.delivered_at),
    }
    bus.publish([(published.recipients, dump(frame))], [(published.chat_id, published.seq)])


def _sends_repeated(posted: list[Posted]) -> None:
    """Nothing changed: the present `seq` of each chat, for clients that missed an event."""
    chats = {one.message.chat for one in posted}
    bus.publish([(chat.recipients, seq_frame(chat.pk, chat.seq)) for chat in chats])


def seq_frame(chat_id: int, seq: int) -> str:
    return dump({"type": "chat.seq", "chat_id": chat_id, "seq": seq})


def _read(published: Read) -> None:
    side = published.side
    frame = {
        "type": "chat.read",
        "chat_id": published.chat_id,
        "seq": published.seq,
        "reader_role": side.role,
        "up_to": side.read_up_to,
        "read_at": time_json(side.read_at),
        "delivered_up_to": side.delivered_up_to,
        "delivered_at": time_json(side.delivered_at),
    }
    # The number of unread messages is private to the reader.
    own = ((side.recipient,), dump({**frame, "unread_count": side.unread}))
    bus.publish([own, ((published.other.recipient,), dump(frame))], [(published.chat_id, published.seq)])


def _badge_changed(published: BadgeChanged) -> None:
    """To the person's own devices, without a `seq`: the other side must not see it."""
    side = published.side
    frame = {
        "type": "chat.badge",
        "chat_id": published.chat_id,
        "unread_count": side.badge,
        "marked_unread": side.marked_unread,
    }
    bus.publish([((side.recipient,), dump(frame))])


def _draft_saved(published: DraftSaved) -> None:
    """To the person's own devices, without a `seq`: a draft is private."""
    frame = {"type": "chat.draft", "chat_id": published.chat_id, "draft": draft_json(published.draft)}
    bus.publish([((published.side.recipient,), dump(frame))])


def _appointment_changed(published: AppointmentChanged) -> None:
    """Without a `seq`: nothing changed in their conversation. Ids alone: when and why is for the pages to say."""
    ids = {"appointment_id": published.appointment_id, "chat_id": published.chat_id}
    bus.publish([(published.recipients, dump({"type": "appointment.changed", **ids}))])


def _chat_opened(chat: Chat) -> None:
    head = {"type": "chat.changed", "chat_id": chat.pk, "seq": chat.seq}
    rows = [ListedChat(chat, side, last_message=None, draft=None) for side in chat.sides]
    events = [((row.side.recipient,), dump({**head, "chat": chat_json(row)})) for row in rows]
    bus.publish(events, [(chat.pk, chat.seq)])


@receiver(accounts_switched)
def publish_reachable(sender: object, *, user_ids: list[int], **_: object) -> None:
    """Without a `seq`: nothing changed in the conversation, so no cursor may move past something it lacks."""
    bus.publish([_chat_reachable(chat, side) for chat in chats_of(user_ids) for side in chat.sides if side.is_active])


def _chat_reachable(chat: Chat, side: Side) -> Event:
    return (side.recipient,), dump({"type": "chat.reachable", "chat_id": chat.pk, **reply_json(chat, side)})


def publish_typing(*, recipient: str, chat_id: int, user_id: int, typing: bool) -> None:
    """Never stored: a client that is offline misses nothing."""
    frame = {"type": "typing", "chat_id": chat_id, "user_id": user_id, "typing": typing}
    bus.publish([((recipient,), dump(frame))])


def presence_frame(chat_id: int, user_id: int, state: Presence) -> str:
    """For the sockets that watch this chat; reveals only what the person shows."""
    frame = {"type": "presence", "chat_id": chat_id, "user_id": user_id}
    return dump({**frame, **presence_json(state)})


@receiver(sign_ins_ended)
def publish_ended(sender: object, *, sign_in_ids: list[int], **_: object) -> None:
    bus.publish_ended(sign_in_ids)
