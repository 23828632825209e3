"""The examples of the schema: Julie Lambert (3) asks, Dr Samira Benali (12) answers, in chat 7."""

from typing import Any

CHAT_ID, DOCTOR_ID, PATIENT_ID, QUESTION_ID, ANSWER_ID, PHOTO_ID = 7, 12, 3, 41, 42, 43
APPOINTMENT_ID = 19
PAIR = {"doctor_id": DOCTOR_ID, "patient_id": PATIENT_ID}
_CLIENT_ID = "3f0c1b9e-6f5d-4f0a-9d0e-8a4c2b7d5e61"
_UPLOAD_ID = "b7a1d2c4-0e9f-4d36-8c55-12f7e6a90b3d"

# --- Messages

_QUESTION = "J'ai mal à la gorge depuis lundi, et 38,5 de fièvre ce matin."
_ANSWER = "Contre la fièvre : paracétamol 500, matin et soir."

QUESTION = {
    "message_id": QUESTION_ID,
    "chat_id": CHAT_ID,
    "sender_id": PATIENT_ID,
    "sender_role": "patient",
    "message_type": "text",
    "message_text": _QUESTION,
    "file_url": None,
    "file_name": None,
    "file_type": None,
    "file_size": None,
    "is_read": True,
    "read_at": "2026-03-09T10:31:00Z",
    "created_at": "2026-03-09T10:30:00Z",
    "seq": 58,
    "client_id": _CLIENT_ID,
    "attachments": [],
    "reply_to": None,
    "reactions": [],
    "pinned_at": None,
    "pinned_by": None,
    "edited_at": None,
    "retracted_at": None,
    "system": None,
    "system_data": None,
}
QUOTE = {
    key: QUESTION[key]
    for key in (
        *("message_id", "sender_id", "sender_role", "message_type", "message_text", "file_name"),
        *("edited_at", "retracted_at"),
    )
}
ANSWER = QUESTION | {
    "message_id": ANSWER_ID,
    "sender_id": DOCTOR_ID,
    "sender_role": "doctor",
    "message_text": _ANSWER,
    "is_read": False,
    "read_at": None,
    "created_at": "2026-03-09T10:34:00Z",
    "seq": 60,
    "client_id": "c05d7e0a-91f2-4f7b-b2d6-6a3e4d8c1f90",
    "reply_to": QUOTE,
}
PHOTO_FILE: dict[str, Any] = {
    "attachment_id": 15,
    "file_name": "gorge.jpg",
    "file_type": "image/jpeg",
    "file_size": 482113,
    "file_url": "/assets/chat_files/chat-file-9c2f4b7e1d60a835.jpg",
    "thumbnail_url": "/assets/chat_files/chat-thumb-52d8e07ab3f94c16.webp",
    "width": 1600,
    "height": 1200,
    "is_protected": False,
}
PHOTO = QUESTION | {
    "message_id": PHOTO_ID,
    "message_type": "image",
    "message_text": "Voici une photo.",
    **{key: PHOTO_FILE[key] for key in ("file_url", "file_name", "file_type", "file_size")},
    "is_read": False,
    "read_at": None,
    "created_at": "2026-03-09T10:40:00Z",
    "seq": 61,
    "client_id": _UPLOAD_ID,
    "attachments": [PHOTO_FILE],
}
SENT = QUESTION | {"is_read": False, "read_at": None}
_CORRECTED_TEXT = "J'ai mal à la gorge depuis mardi, et 38,5 de fièvre ce matin."
CORRECTED = SENT | {"message_text": _CORRECTED_TEXT, "edited_at": "2026-03-09T10:33:00Z", "seq": 59}
RETRACTED = SENT | {"message_text": None, "retracted_at": "2026-03-09T10:33:00Z", "seq": 59}
LAST_REACTION = {
    "message_id": ANSWER_ID,
    "user_id": PATIENT_ID,
    "emoji": "👍",
    "created_at": "2026-03-09T10:36:00Z",
}
REACTED = ANSWER | {"reactions": [{"emoji": "👍", "user_ids": [PATIENT_ID]}], "seq": 62}
PINNED = ANSWER | {"pinned_at": "2026-03-09T10:36:00Z", "pinned_by": PATIENT_ID, "seq": 62}
LATER = ANSWER | {"seq": 63}
RECEIPT = {
    "sent_at": QUESTION["created_at"],
    "notified_at": "2026-03-09T10:30:01Z",
    "notified_by": "device",
    "delivered_at": "2026-03-09T10:30:02Z",
    "read_at": QUESTION["read_at"],
}
RETRACTED_PHOTO = PHOTO | dict.fromkeys(("message_text", "file_url", "file_name", "file_type", "file_size"))
RETRACTED_PHOTO |= {"attachments": [], "retracted_at": "2026-03-09T10:45:00Z", "seq": 62}
REVISIONS = [
    {
        "message_text": PHOTO["message_text"],
        "file_names": [PHOTO["file_name"]],
        "written_at": PHOTO["created_at"],
        "replaced_at": RETRACTED_PHOTO["retracted_at"],
    },
]
FILED = PHOTO_FILE | {key: PHOTO[key] for key in ("message_id", "sender_id", "sender_role", "created_at")}
FOUND = {
    "chat_id": CHAT_ID,
    "other_name": "Dr Samira Benali",
    "passage": {"text": _ANSWER, "marks": [[10, 16], [19, 24]]},
    "file_names": [],
    "message_data": ANSWER,
}

# --- Conversations

NEW_CHAT = {"chat_id": CHAT_ID, **PAIR, "last_message_at": None, "created_at": "2026-03-02T08:00:00Z"}
OPENED_CHAT = NEW_CHAT | {"last_message_at": ANSWER["created_at"]}
DRAFT = {
    "message_text": "Merci docteur, je",
    "reply_to": None,
    "client_id": _UPLOAD_ID,
    "updated_at": "2026-03-09T10:38:00Z",
}
READS = {
    "doctor": {
        "up_to": QUESTION_ID,
        "read_at": QUESTION["read_at"],
        "delivered_up_to": QUESTION_ID,
        "delivered_at": RECEIPT["delivered_at"],
    },
    "patient": {
        "up_to": None,
        "read_at": None,
        "delivered_up_to": ANSWER_ID,
        "delivered_at": "2026-03-09T10:34:01Z",
    },
}
CHAT = OPENED_CHAT | {
    "doctor_name": "Dr Samira Benali",
    "doctor_profile": "/assets/profiles/profile-0d3a6f81c9e24b57.webp",
    "patient_name": "Julie Lambert",
    "patient_profile": None,
    "unread_count": 1,
    "last_message_text": _ANSWER,
    "last_message_type": "text",
    "last_message_id": ANSWER_ID,
    "last_message_file_name": None,
    "last_message_sender_id": DOCTOR_ID,
    "last_message_system": None,
    "last_message_system_data": None,
    "last_reaction": None,
    "seq": 60,
    "message_count": 2,
    "reads": READS,
    "can_reply": True,
    "reply_blocked_reason": None,
    "marked_unread": False,
    "draft": DRAFT,
    "not_reached_since": None,
    "not_seen_since": None,
}
PRIVATE = {
    key: CHAT[key] for key in ("chat_id", "unread_count", "marked_unread", "draft", "can_reply", "reply_blocked_reason")
}
SYNCED = {
    "chats": [CHAT],
    "messages": [ANSWER],
    "private": [PRIVATE],
    "more": False,
    "cursor": "WyI1Yzg0MTJmMGQ3M2I0ZWE2OWE1ZDBlN2MxOGI2ZjMyYSIsImRvY3RvcjoxMiIsMTc3MzA1Mjg0MCwiNGZlMTAyOWE4YjdjNmQ1ZSJd"
    ":9oPmB0nTzXk2sQwErLdYfVjHcGa5uI7xM1R3t6Z8b4N",
}
_NOTHING_YET = dict.fromkeys(("up_to", "read_at", "delivered_up_to", "delivered_at"))
JUST_OPENED = CHAT | {
    **NEW_CHAT,
    **{key: None for key in CHAT if key.startswith("last_message_")},
    "unread_count": 0,
    "seq": 0,
    "message_count": 0,
    "reads": {"doctor": _NOTHING_YET, "patient": _NOTHING_YET},
    "draft": None,
}
PAGE = {"messages": [QUESTION, ANSWER], "total": 2, "reads": READS}
EPOCH = "6f1d0c4b8a7e4f52b3c9d0e1f2a3b4c5"

# --- What is sent

SEND = {"chat_id": CHAT_ID, "message_text": _QUESTION, "client_id": _CLIENT_ID}
UPLOAD = {"chat_id": CHAT_ID, "file": "gorge.jpg", "client_id": _UPLOAD_ID}
CORRECTION = {"message_text": _CORRECTED_TEXT}
DRAFT_TEXT = {"message_text": DRAFT["message_text"], "client_id": _UPLOAD_ID}
SEARCH = {
    "q": "fievre parac",
    "chat_id": CHAT_ID,
    "type": "text",
    "from": "2026-03-01",
    "to": "2026-03-31",
    "limit": 20,
}
