"""A request whose answer was lost is sent again: the repeat is answered as the first, and changes nothing more."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import RefreshToken, SignIn
from chat.models import Attachment, Chat, Message
from chat.tests.files.samples import pdf
from chatsite.testing import PASSWORD, api_client

pytestmark = pytest.mark.django_db
KEY = "b7a1d2c4-0e9f-4d36-8c55-12f7e6a90b3d"


def get_or_create(cast, client):
    body = {"doctor_id": cast.dan.pk, "patient_id": cast.ben.pk}
    return client.post("/api/chat/get-or-create", body), "chat", (201, 200)


def message(cast, client):
    body = {"chat_id": cast.chat.pk, "message_text": "Bonjour", "client_id": KEY}
    return client.post("/api/chat/message", body), "message_data", (201, 200)


def attachment(cast, client):
    body = {"chat_id": cast.chat.pk, "client_id": KEY, "file": SimpleUploadedFile("a.pdf", pdf())}
    return client.post("/api/chat/attachments", body, format="multipart"), "attachment", (201, 200)


def logout(cast, client):
    return client.post("/api/auth/logout"), "message", (200, 200)


def refresh(cast, client):
    return client.post("/api/auth/refresh", {"refresh": client.refresh}), "refresh", (200, 200)


def rows():
    """Every row of what these requests create or change."""
    return [list(model.objects.order_by("pk").values()) for model in (Chat, Message, Attachment, SignIn, RefreshToken)]


@pytest.mark.parametrize("request_", [get_or_create, message, attachment, logout, refresh])
def test_a_repeat_finds_what_the_first_did(cast, request_):
    client = api_client(cast.ben)
    signed_in = client.post("/api/auth/login", {"email": cast.ben.email, "password": PASSWORD}).json()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {signed_in['access']}")
    client.refresh = signed_in["refresh"]
    untouched = rows()
    first, key, statuses = request_(cast, client)
    after = rows()
    again, _, _ = request_(cast, client)
    assert (first.status_code, again.status_code) == statuses
    assert first.json()[key] == again.json()[key]
    assert rows() == after != untouched
