"""What people have begun to write: one draft per person and chat, on all their devices, gone when it is sent."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from chat.errors import ChatNotFound
from chat.fields import now
from chat.input import clean_text
from chat.models import Chat, Message, SavedDraft
from chat.services import batch
from chat.services.batch import LockedChat
from chat.signals import draft_saved
from chatsite.locking import retry_on_conflict


@retry_on_conflict
@transaction.atomic
def save(user, *, chat_id: int, text, reply_to: int | None = None, client_id: str | None = None) -> SavedDraft | None:
    """Keep what a person has begun to write; without text it is forgotten. Returns what is kept now.

    `client_id` is the key under which it will be sent: saved after that send, it is too late and changes nothing.
    """
    chat = batch.lock_chats([chat_id]).get(chat_id)
    if chat is None:
        raise ChatNotFound
    role = chat.role_of(user.pk)
    text = clean_text(text, required=False)
    kept = SavedDraft.objects.filter(chat=chat_id, user=user).select_related("reply_to").first()
    if client_id and Message.objects.filter(sender=user, client_id=client_id).exists():
        return kept
    draft = None
    if text is not None:
        draft = SavedDraft(chat_id=chat_id, user=user, message_text=text, client_id=client_id, updated_at=now())
        draft.reply_to = _source(chat_id, reply_to)
    if _content(draft) == _content(kept):
        return kept
    _store(draft, kept)
    if (kept is None) != (draft is None):
        _flag([chat_id], role, draft is not None)
    transaction.on_commit(lambda: draft_saved.send_robust(SavedDraft, chat_id=chat_id, user_id=user.pk, draft=draft))
    return draft


def drafts_of(user, chats: Iterable[Chat]) -> dict[int, SavedDraft]:
    """This person's drafts in these chats, by chat; one query, none where no chat has one."""
    flag = "doctor_has_draft" if user.is_doctor else "patient_has_draft"
    ids = [chat.pk for chat in chats if getattr(chat, flag)]
    if not ids:
        return {}
    drafts = SavedDraft.objects.filter(user=user, chat__in=ids).select_related("reply_to")
    return {draft.chat_id: draft for draft in drafts}


def clear(messages: Iterable[Message], chats: dict[int, LockedChat]) -> None:
    """Forget the drafts of those who just sent, in the transaction that stores what they sent."""
    senders = {
        (message.chat_id, message.sender_id, message.sender_role)
        for message in messages
        if getattr(chats[message.chat_id], f"{message.sender_role}_has_draft")
    }
    if not senders:
        return
    _forget([(chat_id, user_id) for chat_id, user_id, _ in senders])
    for role in ("doctor", "patient"):
        _flag([chat_id for chat_id, _, side in senders if side == role], role, False)
    for chat_id, user_id, _ in senders:
        transaction.on_commit(
            lambda chat_id=chat_id, user_id=user_id: draft_saved.send_robust(
                SavedDraft, chat_id=chat_id, user_id=user_id, draft=None
            )
        )


def _source(chat_id: int, reply_to: int | None) -> Message | None:
    return Message.objects.filter(pk=reply_to, chat=chat_id).first() if reply_to else None


def _content(draft: SavedDraft | None) -> tuple | None:
    return draft and (draft.message_text, draft.reply_to_id, draft.client_id)


def _store(draft: SavedDraft | None, kept: SavedDraft | None) -> None:
    """Put a draft in the place of the one that was kept; either may be none."""
    if draft is None:
        kept.delete()
    elif kept is None:
        draft.save(force_insert=True)
    else:
        draft.pk = kept.pk
        draft.save(force_update=True)


def _forget(pairs: list[tuple[int, int]]) -> None:
    for chat_id, user_id in pairs:
        SavedDraft.objects.filter(chat=chat_id, user=user_id).delete()


def _flag(chat_ids: list[int], role: str, has_draft: bool) -> None:
    # Private: nothing the other side could see moves, the row's own time included.
    if chat_ids:
        Chat.objects.filter(pk__in=chat_ids).update(**{f"{role}_has_draft": has_draft}, updated_at=F("updated_at"))
