"""The documented tables, and our additions to them."""

# The CREATE TABLE statements of the user's document.
DOCUMENTED = {
    "chats": {
        "columns": {
            "chat_id": ("bigint", "NO", None, "auto_increment"),
            "doctor_id": ("bigint", "NO", None, ""),
            "patient_id": ("bigint", "NO", None, ""),
            "last_message_at": ("timestamp", "YES", None, ""),
            "created_at": ("timestamp", "YES", "current_timestamp", ""),
            "updated_at": ("timestamp", "YES", "current_timestamp", "on update current_timestamp"),
        },
        "keys": {
            "PRIMARY": ["chat_id"],
            "doctor_id": ["doctor_id"],
            "patient_id": ["patient_id"],
            "last_message_at": ["last_message_at"],
        },
        "foreign": {"doctor_id": ("users", "id"), "patient_id": ("users", "id")},
    },
    "messages": {
        "columns": {
            "message_id": ("bigint", "NO", None, "auto_increment"),
            "chat_id": ("bigint", "NO", None, ""),
            "sender_id": ("bigint", "NO", None, ""),
            "sender_role": ("enum('doctor','patient')", "NO", None, ""),
            "message_type": ("enum('text','file','image')", "NO", "text", ""),
            "message_text": ("text", "YES", None, ""),
            "file_url": ("varchar(500)", "YES", None, ""),
            "file_name": ("varchar(255)", "YES", None, ""),
            # Documented as VARCHAR(50): the type of a .docx has 71 characters.
            "file_type": ("varchar(100)", "YES", None, ""),
            "file_size": ("int", "YES", None, ""),
            "is_read": ("tinyint(1)", "YES", "0", ""),
            "read_at": ("timestamp", "YES", None, ""),
            "created_at": ("timestamp", "YES", "current_timestamp", ""),
        },
        "keys": {
            "PRIMARY": ["message_id"],
            "chat_id": ["chat_id"],
            "sender_id": ["sender_id"],
            "sender_role": ["sender_role"],
            "is_read": ["is_read"],
            "created_at": ["created_at"],
        },
        "foreign": {"chat_id": ("chats", "chat_id"), "sender_id": ("users", "id")},
    },
}
ADDED_COLUMNS = {
    "chats": {
        "seq", "last_message_id", "last_reaction_id", "message_count", "doctor_unread", "patient_unread",
        "doctor_read_up_to", "patient_read_up_to", "doctor_read_at", "patient_read_at", "doctor_delivered_up_to",
        "patient_delivered_up_to", "doctor_delivered_at", "patient_delivered_at", "doctor_marked_unread",
        "patient_marked_unread", "doctor_has_draft", "patient_has_draft",
    },
    "messages": {
        "seq", "client_id", "digest", "reply_to_id", "edited_at", "retracted_at", "is_marked", "changed_at", "system",
        "system_data",
    },
}  # fmt: skip
ADDED_KEYS = {
    "chats": {
        "chats_one_per_pair": ["doctor_id", "patient_id"],
        "chats_of_doctor": ["doctor_id", "last_message_at", "last_message_id", "created_at"],
        "chats_of_patient": ["patient_id", "last_message_at", "last_message_id", "created_at"],
        "chats_changed": ["updated_at"],
    },
    "messages": {
        "messages_sent_once": ["sender_id", "client_id"],
        "messages_changes": ["chat_id", "seq"],
        "messages_unread": ["chat_id", "is_read", "sender_role"],
    },
}
