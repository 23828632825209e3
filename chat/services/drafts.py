"""Unsent text: one draft per person and chat, on all their devices, deleted when it is sent."""

from collections.abc import Iterable

from django.db import transaction

from accounts.models import User
from chat.fields import now
from chat.input import clean_text
from chat.models import Chat, Message, SavedDraft, Side
from chat.publication import DraftSaved, publish_on_commit
from chat.rows.chats import ChatRow
from chat.rows.sides import SidesRow
from chat.services.locked_chat import LockedChat, lock_chat, private_update
from chatsite.database.locking import retry_on_conflict
from chatsite.database.pipeline import run


@retry_on_conflict
@transaction.atomic
def save(
    user: User, *, chat_id: int, text: object, reply_to: int | None = None, client_id: str | None = None
) -> SavedDraft | None:
    """Store a person's draft, or delete it where there is no text. Returns the stored draft.

    `client_id` is the key of the future send: a draft that arrives after that send changes nothing.
    """
    chat = lock_chat(chat_id)
    side = chat.side_of(user.pk)
    cleaned = clean_text(text, required=False)
    kept = SavedDraft.objects.filter(chat=chat_id, user=user).select_related("reply_to").first()
    if client_id and Message.objects.filter(sender=user, client_id=client_id).exists():
        return kept
    draft = None
    if cleaned is not None:
        draft = SavedDraft(chat_id=chat_id, user=user, message_text=cleaned, client_id=client_id, updated_at=now())
        draft.reply_to = _source(chat_id, reply_to)
    if _content(draft) == _content(kept):
        return kept
    _replace(kept, draft)
    if (kept is None) != (draft is None):
        side.has_draft = draft is not None
        run(private_update(chat, side.values("has_draft")))
    publish_on_commit(DraftSaved(chat_id, side, draft))
    return draft


def drafts_of(user: User, chats: Iterable[Chat | ChatRow | SidesRow]) -> dict[int, SavedDraft]:
    """This person's drafts in these chats, by chat; one query, or none where no chat has a draft."""
    ids = [chat.pk for chat in chats if chat.side_of(user.pk).has_draft]
    if not ids:
        return {}
    drafts = SavedDraft.objects.filter(user=user, chat__in=ids).select_related("reply_to")
    return {draft.chat_id: draft for draft in drafts}


def clear_sent(messages: Iterable[Message], chats: dict[int, LockedChat]) -> list[tuple[LockedChat, Side]]:
    """Note that the senders' drafts are sent; return whose they are, for the caller to save, delete and publish."""
    sent = {(message.chat_id, message.sender_id) for message in messages if message.system is None}
    sides = [(chats[chat_id], chats[chat_id].side_of(sender_id)) for chat_id, sender_id in sent]
    cleared = [(chat, side) for chat, side in sides if side.has_draft]
    for _, side in cleared:
        side.has_draft = False
    return cleared


def _source(chat_id: int, reply_to: int | None) -> Message | None:
    return Message.objects.filter(pk=reply_to, chat=chat_id, system=None).first() if reply_to else None


def _content(draft: SavedDraft | None) -> tuple[str, int | None, str | None] | None:
    return (draft.message_text, draft.reply_to_id, draft.client_id) if draft else None


def _replace(kept: SavedDraft | None, draft: SavedDraft | None) -> None:
    """Replace the stored draft by the new one; either may be None."""
    if draft and kept:
        draft.pk = kept.pk
        draft.save(force_update=True)
    elif draft:
        draft.save(force_insert=True)
    elif kept:
        kept.delete()
