"""How chats and messages look to clients: the documented keys and ours. Plain functions, since sockets use them too."""

from datetime import UTC, datetime

from chat.models import Attachment, Chat, Message


def time_json(moment: datetime | None) -> str | None:
    """`2024-01-15T10:30:00Z`"""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def message_json(message: Message) -> dict:
    """THE representation of a message; the same for every viewer. Its `files` must be set."""
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
        "attachments": [attachment_json(file) for file in message.files],
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
    }


def reads_json(chat: Chat) -> dict:
    """How far each side has read."""
    return {
        "doctor": {"up_to": chat.doctor_read_up_to or None, "read_at": time_json(chat.doctor_read_at)},
        "patient": {"up_to": chat.patient_read_up_to or None, "read_at": time_json(chat.patient_read_at)},
    }


def opened_json(chat: Chat) -> dict:
    """The documented chat of get-or-create."""
    return {
        "chat_id": chat.pk,
        "doctor_id": chat.doctor_id,
        "patient_id": chat.patient_id,
        "last_message_at": time_json(chat.last_message_at),
        "created_at": time_json(chat.created_at),
    }


def chat_json(chat: Chat, user) -> dict:
    """One row of a person's list. Needs both people and `last_message` on the chat."""
    last = chat.last_message
    return {
        **opened_json(chat),
        "doctor_name": chat.doctor.display_name,
        "doctor_profile": chat.doctor.picture_url,
        "patient_name": chat.patient.display_name,
        "patient_profile": chat.patient.picture_url,
        "unread_count": chat.unread_for(user),
        "last_message_text": last.message_text if last else None,
        "last_message_type": last.message_type if last else None,
        "last_message_id": chat.last_message_id,
        "last_message_file_name": last.file_name if last else None,
        "last_message_sender_id": last.sender_id if last else None,
        "seq": chat.seq,
        "message_count": chat.message_count,
        "reads": reads_json(chat),
        "can_reply": chat.can_reply,
    }
