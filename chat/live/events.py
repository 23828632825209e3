"""The only sender of events. Each goes to both participants, after the commit, to this process and over the bus.

Every change of `chats.seq` has exactly one event here, with that `seq`, but for very many of one correction.
"""

from collections.abc import Iterable, Iterator

from django.dispatch import receiver

from accounts.signals import accounts_switched, sign_ins_ended
from chat.live import bus
from chat.live.frames import dump, with_message
from chat.models import Chat, SavedDraft, Side
from chat.representation import chat_json, draft_json, presence_json, reply_json, time_json
from chat.sending.draft import Posted
from chat.services.changes import Changed
from chat.services.chats import chats_of
from chat.services.presence import Presence
from chat.services.reading import Read
from chat.services.receipts import Delivered
from chat.signals import (
    badge_changed,
    chat_delivered,
    chat_opened,
    chat_read,
    draft_saved,
    messages_changed,
    messages_posted,
    sends_repeated,
)

# (addresses of recipients, frame)
Event = tuple[tuple[str, ...], str]

# Of one change, in characters: hundreds of long answers quote what is corrected, and each shows it.
MAX_TOLD = 250_000


@receiver(messages_posted)
def tell_messages(sender, *, posted: list[Posted], **_):
    bus.publish([_of_message("message.created", one) for one in posted], _seqs(posted))


@receiver(messages_changed)
def tell_changed(sender, *, changed: list[Changed], **_):
    """The message that was changed, and those that quote it; after very many, only where their chat stands."""
    told = list(_as_far_as((_of_message("message.changed", one) for one in changed), MAX_TOLD))
    if len(told) < len(changed):
        last = changed[-1]
        told.append((last.recipients, seq_frame(last.message.chat_id, last.message.seq)))
    bus.publish(told, _seqs(changed))


def _as_far_as(events: Iterable[Event], characters: int) -> Iterator[Event]:
    """The first event, and those after it that fit."""
    for number, event in enumerate(events):
        characters -= len(event[1])
        if number and characters < 0:
            return
        yield event


def _seqs(told: list[Posted] | list[Changed]) -> list[tuple[int, int]]:
    return [(one.message.chat_id, one.message.seq) for one in told]


def _of_message(kind: str, told: Posted | Changed) -> Event:
    head = {"type": kind, "chat_id": told.message.chat_id, "seq": told.message.seq}
    return told.recipients, with_message(head, told.message)


@receiver(chat_delivered)
def tell_delivered(sender, *, delivered: Delivered, **_):
    chat, side = delivered.chat, delivered.side
    frame = {
        "type": "chat.delivered",
        "chat_id": chat.pk,
        "seq": chat.seq,
        "recipient_role": side.role,
        "up_to": side.delivered_up_to,
        "delivered_at": time_json(side.delivered_at),
    }
    bus.publish([(chat.recipients, dump(frame))], [(chat.pk, chat.seq)])


@receiver(sends_repeated)
def tell_repeated(sender, *, posted: list[Posted], **_):
    """No event of its own: the number at which each chat stands, for those who missed one."""
    chats = {one.message.chat for one in posted}
    bus.publish([(chat.recipients, seq_frame(chat.pk, chat.seq)) for chat in chats])


def seq_frame(chat_id: int, seq: int) -> str:
    return dump({"type": "chat.seq", "chat_id": chat_id, "seq": seq})


@receiver(chat_read)
def tell_read(sender, *, read: Read, **_):
    chat, side = read.chat, read.side
    other = chat.side_opposite(side.role)
    frame = {
        "type": "chat.read",
        "chat_id": chat.pk,
        "seq": chat.seq,
        "reader_role": side.role,
        "up_to": side.read_up_to,
        "read_at": time_json(side.read_at),
        "delivered_up_to": side.delivered_up_to,
        "delivered_at": time_json(side.delivered_at),
    }
    # How many are left is the reader's own business.
    own = dump({**frame, "unread_count": side.unread})
    bus.publish([((side.recipient,), own), ((other.recipient,), dump(frame))], [(chat.pk, chat.seq)])


@receiver(badge_changed)
def tell_badge(sender, *, chat_id: int, side: Side, **_):
    """To the person's own devices, without a `seq`: the other side sees nothing of it."""
    frame = {
        "type": "chat.badge",
        "chat_id": chat_id,
        "unread_count": side.badge,
        "marked_unread": side.marked_unread,
    }
    bus.publish([((side.recipient,), dump(frame))])


@receiver(draft_saved)
def tell_draft(sender, *, chat_id: int, side: Side, draft: SavedDraft | None, **_):
    """To the person's own devices, without a `seq`: a draft is nobody else's."""
    bus.publish([((side.recipient,), dump({"type": "chat.draft", "chat_id": chat_id, "draft": draft_json(draft)}))])


@receiver(chat_opened)
def tell_opened(sender, *, chat, **_):
    chat.last_message = chat.draft = None
    bus.publish(
        [
            (
                (side.recipient,),
                dump({"type": "chat.changed", "chat_id": chat.pk, "seq": chat.seq, "chat": chat_json(chat, side)}),
            )
            for side in chat.sides
        ],
        [(chat.pk, chat.seq)],
    )


@receiver(accounts_switched)
def tell_reachable(sender, *, user_ids: list[int], **_):
    """Without a `seq`: nothing changed in the conversation, and nobody's cursor may move over something it lacks."""
    bus.publish([_chat_reachable(chat, side) for chat in chats_of(user_ids) for side in chat.sides if side.is_active])


def _chat_reachable(chat: Chat, side: Side) -> Event:
    return (side.recipient,), dump({"type": "chat.reachable", "chat_id": chat.pk, **reply_json(chat, side)})


def tell_typing(*, recipient: str, chat_id: int, user_id: int, typing: bool) -> None:
    """Never stored: whoever is not there misses nothing."""
    frame = {"type": "typing", "chat_id": chat_id, "user_id": user_id, "typing": typing}
    bus.publish([((recipient,), dump(frame))])


def presence_frame(chat_id: int, user_id: int, state: Presence) -> str:
    """To the sockets that watch this chat, and only as far as the person shows it."""
    frame = {"type": "presence", "chat_id": chat_id, "user_id": user_id}
    return dump({**frame, **presence_json(state)})


@receiver(sign_ins_ended)
def tell_sign_ins_ended(sender, *, sign_in_ids: list[int], **_):
    bus.publish_ended(sign_in_ids)
