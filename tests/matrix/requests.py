"""What is sent to each address, so that whoever may do it succeeds; and the words of addresses beside the ids."""

from collections.abc import Callable
from typing import Any

from accounts.tests.passkeys import NONSENSE
from chat.tests.files import samples
from chatsite.testing import PASSWORD
from notifications.api.schema import WEB
from tests.matrix.scene import DEVICE

Make = Callable[[dict[str, Any]], Any]

WORDS: dict[str, Make] = {
    "name": lambda things: things["file"].stored_name,
    "emoji": lambda things: "👍",
    "uidb36": lambda things: "1",
    "key": lambda things: "a-b",
    "app_label": lambda things: "chat",
    "content_type_id": lambda things: "1",
    "object_id": lambda things: str(things["chat"].pk),
    "url": lambda things: "nowhere",
    "pk": lambda things: str(things["pk"].pk),
    "device_id": lambda things: DEVICE,
}
# Where an address names something else than most.
OWN_WORDS: dict[str, dict[str, Make]] = {
    "profile_picture": {"name": lambda things: things["user"].picture},
    "patient_visit_accept": {"appointment_id": lambda things: str(things["proposed"].pk)},
    "professional_consultation_conclude": {"appointment_id": lambda things: str(things["past"].pk)},
    **{
        f"professional_consultation_{answer}": {"appointment_id": lambda things: str(things["requested"].pk)}
        for answer in ("answer", "confirm", "decline")
    },
}
QUERIES = {
    "admin:autocomplete": "?app_label=appointments&model_name=appointment&field_name=patient&term=ben",
    "chat_seen": "?seen=1",
}


def _chat(things: dict[str, Any]) -> dict[str, Any]:
    return {"chat_id": things["chat"].pk}


def _pair(things: dict[str, Any]) -> dict[str, Any]:
    return {"doctor_id": things["doctor"].pk, "patient_id": things["patient"].pk}


def _delete(things: dict[str, Any]) -> dict[str, Any]:
    return {"post": "yes"}


BODIES: dict[tuple[str, str], Make] = {
    ("api_login", "POST"): lambda things: {"email": "cora@example.org", "password": PASSWORD},
    ("api_second_step", "POST"): lambda things: {"mfa_token": "x", "code": "123456"},
    ("api_refresh", "POST"): lambda things: {"refresh": "x"},
    ("api_unlock", "POST"): lambda things: {"password": PASSWORD},
    ("api_get_or_create", "POST"): _pair,
    ("api_search", "POST"): lambda things: {"q": "zebra"} | _chat(things),
    ("api_send", "POST"): lambda things: {"message_text": "Hello"} | _chat(things),
    ("api_attach", "POST"): lambda things: {"file": samples.upload(samples.png(), "a.png")} | _chat(things),
    ("api_read", "PUT"): lambda things: {},
    ("api_delivered", "PUT"): lambda things: {},
    ("api_draft", "PUT"): lambda things: {"message_text": "Hello", "reply_to": things["message"].pk},
    ("api_message", "PATCH"): lambda things: {"message_text": "Hello again"},
    ("api_device", "PUT"): lambda things: WEB,
    ("patient_chat_open", "POST"): lambda things: {"message_text": "Hello"},
    ("professional_chat_open", "POST"): lambda things: {"message_text": "Hello"},
    ("patient_chat_search", "POST"): lambda things: {"q": "zebra"},
    ("professional_chat_search", "POST"): lambda things: {"q": "zebra"},
    ("chat_results", "POST"): lambda things: {"q": "zebra"},
    ("account_login", "POST"): lambda things: {"login": "cora@example.org", "password": PASSWORD},
    ("account_reauthenticate", "POST"): lambda things: {"password": PASSWORD},
    ("account_reset_password", "POST"): lambda things: {"email": "cora@example.org"},
    ("unlock", "POST"): lambda things: {"password": PASSWORD},
    ("set_language", "POST"): lambda things: {"language": "fr"},
    ("choose_look", "POST"): lambda things: {"theme": "dark"},
    ("mfa_login_webauthn", "POST"): lambda things: {"credential": NONSENSE},
    ("professional_consultation_conclude", "POST"): lambda things: {"status": "done"},
    **{
        (f"admin:{name}_delete", "POST"): _delete
        for name in (
            "accounts_staffright", "accounts_user", "appointments_appointment", "audit_auditrow", "chat_chat",
            "chat_message", "notifications_choretime", "notifications_notice", "practice_practice",
        )
    },
}  # fmt: skip
