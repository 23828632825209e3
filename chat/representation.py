"""The JSON of chats and messages, with the documented keys and ours. The API and the sockets both use it."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime

from chat.loading import FullMessage, FullRow
from chat.models import Attachment, Chat, Message, Revision, SavedDraft, Side
from chat.rows.chats import ChatRow
from chat.rows.marks import LastReaction, ReactionRow
from chat.rows.messages import MessageRow
from chat.services.chats import ListedChat
from chat.services.presence import Presence
from chat.services.private_state import PrivateState
from chat.services.receipts import Receipt
from chat.services.writing import why_not
from chatsite.clusters import place_before

# Characters of a message that its replies show.
PASSAGE = 200


def time_json(moment: datetime | str | None) -> str | None:
    """`2024-01-15T10:30:00Z`; a row that was read for JSON has its times so already."""
    if moment is None or isinstance(moment, str):
        return moment
    return f"{moment.astimezone(UTC).isoformat()[:19]}Z"


def message_json(full: FullMessage | FullRow) -> dict:
    """The one representation of a message; the same for every viewer."""
    message = full.message
    return {
        "message_id": message.pk,
        "chat_id": message.chat_id,
        "sender_id": message.sender_id,
        "sender_role": message.sender_role,
        "message_type": message.message_type,
        "message_text": message.message_text,
        "file_url": message.file_url,
        "file_name": message.file_name,
        "file_type": message.file_type,
        "file_size": message.file_size,
        "is_read": bool(message.is_read),
        "read_at": time_json(message.read_at),
        "created_at": time_json(message.created_at),
        "seq": message.seq,
        "client_id": message.client_id,
        "attachments": [attachment_json(file) for file in full.files] if full.files else [],
        "reply_to": quote_json(full.quoted) if full.quoted else None,
        "reactions": _reactions_json(full.reactions) if full.reactions else [],
        "pinned_at": time_json(full.pin.created_at) if full.pin else None,
        "pinned_by": full.pin.user_id if full.pin else None,
        "edited_at": time_json(message.edited_at),
        "retracted_at": time_json(message.retracted_at),
        "system": message.system,
        "system_data": system_data(message.system_data) if message.system else None,
    }


def system_data(stored: dict | str | None) -> dict | None:
    """The facts of a line that nobody wrote; a row that was read for JSON has them as text."""
    return json.loads(stored) if isinstance(stored, str) else stored


def _passage(text: str) -> str:
    return text if len(text) <= PASSAGE else f"{text[: place_before(text, PASSAGE)].rstrip()}…"


def quote_json(source: Message | MessageRow) -> dict:
    """A message as its replies show it: its author, and the beginning of its present text."""
    text = source.message_text
    return {
        "message_id": source.pk,
        "sender_id": source.sender_id,
        "sender_role": source.sender_role,
        "message_type": source.message_type,
        "message_text": text and _passage(text),
        "file_name": source.file_name,
        "edited_at": time_json(source.edited_at),
        "retracted_at": time_json(source.retracted_at),
    }


def _reactions_json(reactions: Iterable[ReactionRow]) -> list[dict]:
    """Who reacted with what, each emoji at the place of its first reaction."""
    by_emoji: dict[str, list[int]] = {}
    for reaction in reactions:
        by_emoji.setdefault(reaction.emoji, []).append(reaction.user_id)
    return [{"emoji": emoji, "user_ids": user_ids} for emoji, user_ids in by_emoji.items()]


def reaction_json(reaction: LastReaction | None) -> dict | None:
    """The last answer of a chat where that is a reaction."""
    return reaction._asdict() if reaction else None


def revision_json(revision: Revision, file_names: list[str]) -> dict:
    return {
        "message_text": revision.message_text,
        "file_names": file_names,
        "written_at": time_json(revision.written_at),
        "replaced_at": time_json(revision.replaced_at),
    }


def receipt_json(receipt: Receipt) -> dict:
    message, notified = receipt.full.message, receipt.notified
    told = {"notified_at": time_json(notified.at), "notified_by": notified.by} if notified else {}
    return {
        "sent_at": time_json(message.created_at),
        **told,
        "delivered_at": time_json(receipt.delivered_at),
        "read_at": time_json(message.read_at),
    }


def draft_json(draft: SavedDraft | None) -> dict | None:
    if draft is None:
        return None
    return {
        "message_text": draft.message_text,
        "reply_to": quote_json(draft.reply_to) if draft.reply_to else None,
        "client_id": draft.client_id,
        "updated_at": time_json(draft.updated_at),
    }


def attachment_json(attachment: Attachment) -> dict:
    return {
        "attachment_id": attachment.pk,
        "file_name": attachment.file_name,
        "file_type": attachment.file_type,
        "file_size": attachment.file_size,
        "file_url": attachment.url,
        "thumbnail_url": attachment.thumbnail_url,
        "width": attachment.width,
        "height": attachment.height,
        "is_protected": attachment.is_protected,
    }


def filed_json(attachment: Attachment, message: Message) -> dict:
    """A file of the conversation, with the message that it was sent with."""
    return {
        **attachment_json(attachment),
        "message_id": message.pk,
        "sender_id": message.sender_id,
        "sender_role": message.sender_role,
        "created_at": time_json(message.created_at),
    }


def reads_json(chat: Chat | ChatRow) -> dict:
    """How far each side has received and read."""
    return {side.role: _watermarks_json(side) for side in chat.sides}


def _watermarks_json(side: Side) -> dict:
    return {
        "up_to": side.read_up_to or None,
        "read_at": time_json(side.read_at),
        "delivered_up_to": side.delivered_up_to or None,
        "delivered_at": time_json(side.delivered_at),
    }


def reply_json(chat: Chat | ChatRow, side: Side) -> dict:
    """Whether the person on this side may write now, and the code of the refusal if not."""
    refusal = why_not(chat, side.person_id)
    return {"can_reply": refusal is None, "reply_blocked_reason": refusal.code if refusal else None}


def presence_json(state: Presence) -> dict:
    return {"online": state.online, "last_seen_at": time_json(state.last_seen_at)}


def opened_json(chat: Chat | ChatRow) -> dict:
    """The documented chat of get-or-create."""
    return {
        "chat_id": chat.pk,
        "doctor_id": chat.doctor_id,
        "patient_id": chat.patient_id,
        "last_message_at": time_json(chat.last_message_at),
        "created_at": time_json(chat.created_at),
    }


def private_json(state: PrivateState) -> dict:
    """Those keys of a row of the list that change for its person alone."""
    return {
        "chat_id": state.chat.pk,
        "unread_count": state.side.badge,
        "marked_unread": bool(state.side.marked_unread),
        "draft": draft_json(state.draft),
        "can_reply": state.refusal is None,
        "reply_blocked_reason": state.refusal.code if state.refusal else None,
    }


def chat_json(listed: ListedChat) -> dict:
    """One row of the list of a side."""
    chat, side, last = listed.chat, listed.side, listed.last_message
    return {
        **opened_json(chat),
        "doctor_name": chat.doctor.display_name,
        "doctor_profile": chat.doctor.picture_url,
        "patient_name": chat.patient.display_name,
        "patient_profile": chat.patient.picture_url,
        "unread_count": side.badge,
        "last_message_text": last.message_text if last else None,
        "last_message_type": last.message_type if last else None,
        "last_message_id": chat.last_message_id,
        "last_message_file_name": last.file_name if last else None,
        "last_message_sender_id": last.sender_id if last else None,
        "last_message_system": last.system if last else None,
        "last_message_system_data": system_data(last.system_data) if last and last.system else None,
        "last_reaction": reaction_json(listed.last_reaction),
        "seq": chat.seq,
        "message_count": chat.message_count,
        "reads": reads_json(chat),
        **reply_json(chat, side),
        "marked_unread": bool(side.marked_unread),
        "draft": draft_json(listed.draft),
        "not_reached_since": time_json(listed.unseen.not_reached_since),
        "not_seen_since": time_json(listed.unseen.not_seen_since),
    }
