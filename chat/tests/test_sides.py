"""A person who loses the role of a side loses access to the chat; the other side can still read it, but not write."""

import json

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone

from accounts.models import User
from accounts.services import people
from appointments.models import Appointment
from appointments.services import share_an_appointment
from chat.errors import NotAParticipant
from chat.models import Chat
from chat.sending import store
from chat.sending.draft import Draft
from chat.services.attachments import add_attachment
from chat.services.chats import share_a_chat
from chat.services.reading import mark_read
from chat.services.receipts import mark_delivered
from chat.tests.files import samples
from chat.tests.live.sockets import Dial, connected, receive, send, token_of
from chat.tests.talk import post_message, refused
from chatsite.testing import api_client, page_client

CHANGES = [("ada", "patient"), ("ada", "admin"), ("ben", "doctor"), ("ben", "admin")]
matrix = pytest.mark.parametrize(("who", "role"), CHANGES)
db = pytest.mark.django_db
committed = pytest.mark.django_db(transaction=True)


def give_role(user, role: str) -> str:
    """Change the role as the admin's form does; return the previous role."""
    before, user.role = user.role, role
    people.save_changes(user, user=user, changed=["role"])
    return before


def pair(cast, who):
    """The person whose role changes, and the other one."""
    return (cast.ada, cast.ben) if who == "ada" else (cast.ben, cast.ada)


def with_a_photo(cast, sender):
    """A sent photo of this person."""
    attachment, _ = add_attachment(sender, chat_id=cast.chat.pk, upload=samples.upload(samples.jpeg(), "photo.jpg"))
    post_message(sender, cast.chat, "Voici la radio", attachment_ids=(attachment.pk,))
    return attachment


def doors(client, cast, attachment, message_id) -> dict[str, tuple[int, str]]:
    """Every way into the chat over REST: the status and the code of its answer."""
    chat, chat_id = f"/api/chat/chats/{cast.chat.pk}", cast.chat.pk
    message = f"/api/chat/message/{message_id}"
    text = {"chat_id": chat_id, "message_text": "x"}
    answers = {
        "messages": client.get(f"/api/chat/messages/{chat_id}"),
        "sync": client.get(f"/api/chat/messages/{chat_id}?since=0"),
        "one message": client.get(message),
        "send": client.post("/api/chat/message", text, format="json"),
        "read": client.put(f"/api/chat/messages/{chat_id}/read"),
        "correct": client.patch(message, {"message_text": "y"}, format="json"),
        "revisions": client.get(f"{message}/revisions"),
        "react": client.put(f"{message}/reactions/👍"),
        "pin": client.put(f"{message}/pin"),
        "pins": client.get(f"{chat}/pins"),
        "files": client.get(f"{chat}/files"),
        "presence": client.get(f"{chat}/presence"),
        "draft": client.put(f"{chat}/draft", {"message_text": "z"}, format="json"),
        "unread": client.put(f"{chat}/unread"),
        "upload": client.post(
            "/api/chat/attachments",
            {"chat_id": chat_id, "file": samples.upload(samples.pdf(), "a.pdf")},
            format="multipart",
        ),
        "search": client.post("/api/chat/search", {"q": "radio", "chat_id": chat_id}, format="json"),
    }
    return {name: (answer.status_code, answer.json().get("error", "")) for name, answer in answers.items()}


@db
@matrix
def test_a_former_side_is_refused_at_every_door(cast, who, role):
    former, other = pair(cast, who)
    attachment = with_a_photo(cast, former)
    message = post_message(other, cast.chat, "La radio est là")
    token, page = api_client(former), page_client(former)
    assert set(doors(token, cast, attachment, message.pk).values()) <= {(200, ""), (201, ""), (403, "not_the_author")}
    before = give_role(former, role)

    # The earlier sign-ins have ended.
    assert token.get(attachment.url).status_code == 401
    assert {status for status, _ in doors(token, cast, attachment, message.pk).values()} == {401}
    assert page.get(f"/chat/{cast.chat.pk}/rows").status_code == 401

    client, page = api_client(former), page_client(former)
    assert set(doors(client, cast, attachment, message.pk).values()) == {(403, "not_a_participant")}
    for url in (attachment.url, attachment.thumbnail_url):
        assert (client.get(url).status_code, page.get(url).status_code) == (404, 404)
    assert page.get(f"/chat/{cast.chat.pk}/rows").status_code == 404
    assert page.get(f"/chat/{cast.chat.pk}/row").status_code == 404
    if role != "admin":
        area = "professional" if role == "doctor" else "patient"
        assert page.get(f"/{area}/chat/{cast.chat.pk}").status_code == 404
        assert page.get(f"/{area}/chat/{cast.chat.pk}/files").status_code == 404
        assert client.get("/api/chat/chats").json()["chats"] == []
        assert client.post("/api/chat/search", {"q": "radio"}, format="json").json()["results"] == []
    assert page.get("/chat/unread").json() == {"unread": 0}

    give_role(former, before)
    client = api_client(former)
    assert client.get(attachment.url).status_code == client.get(attachment.thumbnail_url).status_code == 200
    [row] = client.get("/api/chat/chats").json()["chats"]
    assert (row["can_reply"], row["reply_blocked_reason"]) == (True, None)
    answer = client.post("/api/chat/message", {"chat_id": cast.chat.pk, "message_text": "Me revoilà"}, format="json")
    assert answer.status_code == 201


@db
@matrix
def test_the_other_side_can_read_and_gets_the_reason_why_not_write(cast, who, role):
    former, other = pair(cast, who)
    attachment = with_a_photo(cast, former)
    mine = post_message(other, cast.chat, "Merci")
    before = give_role(former, role)

    client, page = api_client(other), page_client(other)
    [row] = client.get("/api/chat/chats").json()["chats"]
    assert (row["can_reply"], row["reply_blocked_reason"]) == (False, "recipient_inactive")
    assert len(client.get(f"/api/chat/messages/{cast.chat.pk}").json()["messages"]) == 2
    assert client.get(attachment.url).status_code == 200
    assert client.put(f"/api/chat/messages/{cast.chat.pk}/read").json()["updated_count"] == 1
    assert client.get(f"/api/chat/chats/{cast.chat.pk}/presence").json()["online"] is None
    assert len(client.post("/api/chat/search", {"q": "radio"}, format="json").json()["results"]) == 1
    seq = Chat.objects.get(pk=cast.chat.pk).seq
    refused(client.post("/api/chat/message", {"chat_id": cast.chat.pk, "message_text": "Allô ?"}, format="json"), 403,
            "recipient_inactive")  # fmt: skip
    refused(client.patch(f"/api/chat/message/{mine.pk}", {"message_text": "y"}, format="json"), 403,
            "recipient_inactive")  # fmt: skip
    upload = {"chat_id": cast.chat.pk, "file": samples.upload(samples.pdf(), "a.pdf")}
    refused(client.post("/api/chat/attachments", upload, format="multipart"), 403, "recipient_inactive")
    assert Chat.objects.get(pk=cast.chat.pk).seq == seq

    area = "professional" if other.role == "doctor" else "patient"
    thread = page.get(f"/{area}/chat/{cast.chat.pk}").content.decode()
    assert 'data-can-reply="false"' in thread
    assert "can no longer be reached here" in thread
    assert 'data-can-reply="false"' in page.get(f"/chat/{cast.chat.pk}/rows").content.decode()
    assert "Can no longer be reached" in page.get(f"/chat/{cast.chat.pk}/row").content.decode()
    answer = page.post(f"/{area}/chat/{cast.chat.pk}", {"message_text": "Allô ?"})
    assert answer.status_code == 403
    assert "Allô ?" in answer.content.decode()

    give_role(former, before)
    assert (
        client.post("/api/chat/message", {"chat_id": cast.chat.pk, "message_text": "x"}, format="json").status_code
        == 201
    )


@db
@matrix
def test_a_former_side_gets_nothing_for_a_repeated_send(cast, who, role):
    former, _ = pair(cast, who)
    body = {"chat_id": cast.chat.pk, "message_text": "Bonjour", "client_id": "33333333-3333-4333-8333-333333333333"}
    assert api_client(former).post("/api/chat/message", body, format="json").status_code == 201
    before = give_role(former, role)
    client = api_client(former)
    for again in (body, body | {"message_text": "Bonsoir"}):
        refused(client.post("/api/chat/message", again, format="json"), 403, "not_a_participant")
    [outcome] = store.store_messages(
        [Draft.checked(former, chat_id=cast.chat.pk, text="Bonjour", client_id=body["client_id"])]
    )
    assert outcome.code == "not_a_participant"
    give_role(former, before)
    assert api_client(former).post("/api/chat/message", body, format="json").status_code == 200


@db
@pytest.mark.parametrize("role", ["Doctor", "DOCTOR", "doctor ", "nurse", ""])
def test_a_role_that_another_program_wrote_is_refused_at_every_door(cast, role):
    User.objects.filter(pk=cast.ada.pk).update(role=role)
    [sent] = store.store_messages([Draft.checked(cast.ada, chat_id=cast.chat.pk, text="x")])
    [answered] = store.store_messages([Draft.checked(cast.ben, chat_id=cast.chat.pk, text="x")])
    assert (sent.code, answered.code) == ("not_a_participant", "recipient_inactive")
    for change in (mark_read, mark_delivered):
        with pytest.raises(NotAParticipant):
            change(cast.ada, chat_id=cast.chat.pk)
    with pytest.raises(NotAParticipant):
        Chat.objects.open_for(cast.ada, cast.chat.pk)


@db
@matrix
def test_a_former_side_has_no_picture_and_no_appointment_page_of_the_other(cast, who, role):
    former, other = pair(cast, who)
    appointment = Appointment.objects.create(doctor=cast.ada, patient=cast.ben, starts_at=timezone.now())
    before = give_role(former, role)
    former.refresh_from_db()
    assert not share_a_chat(former, other)
    assert not share_an_appointment(former, other)
    client = page_client(former)
    for path in ("patient/visits", "professional/consultations"):
        assert client.get(f"/{path}/{appointment.pk}").status_code in (302, 403, 404)
    give_role(former, before)
    former.refresh_from_db()
    assert share_a_chat(former, other)
    assert share_an_appointment(former, other)


@committed
@matrix
async def test_a_former_side_receives_nothing_of_the_chat(cast, who, role):
    former, other = pair(cast, who)
    header = [(b"authorization", (await sync_to_async(token_of)(former)).encode())]
    async with connected(other) as theirs:
        async with connected(headers=header) as before:
            await sync_to_async(give_role)(former, role)
            assert await receive(before) == {"type": "session.ended"}
            assert (await before.receive_output(5))["code"] == 4401
        reachable = await receive(theirs, "chat.reachable")
        assert (reachable["can_reply"], reachable["reply_blocked_reason"]) == (False, "recipient_inactive")
        assert await Dial(header).open() == 403
        async with connected(former) as after:
            await send(theirs, type="typing", chat_id=cast.chat.pk, typing=True)
            await send(theirs, type="send", client_id="1" * 32, chat_id=cast.chat.pk, message_text="Allô ?")
            assert (await receive(theirs, "error"))["code"] == "recipient_inactive"
            await sync_to_async(mark_read)(other, chat_id=cast.chat.pk)
            for frame in (
                {"type": "read"},
                {"type": "delivered"},
                {"type": "watch", "watching": True},
                {"type": "typing", "typing": True},
                {"type": "send", "client_id": "2" * 32, "message_text": "x"},
            ):
                await send(after, **frame, chat_id=cast.chat.pk)
                assert (await receive(after))["code"] == "not_a_participant"
            assert await after.receive_nothing(timeout=0.2)


@committed
async def test_a_message_on_its_way_misses_who_has_another_role_now(cast):
    """An event created before the change and delivered after it has no recipient under that address."""
    from chat.live.hub import hub

    recipients = (await sync_to_async(Chat.objects.get)(pk=cast.chat.pk)).recipients
    await sync_to_async(give_role)(cast.ada, "patient")
    async with connected(cast.ada) as ada, connected(cast.ben) as ben:
        hub.deliver([(recipients, json.dumps({"type": "chat.seq", "chat_id": cast.chat.pk, "seq": 9}))])
        assert (await receive(ben))["seq"] == 9
        assert await ada.receive_nothing(timeout=0.2)


@committed
async def test_a_chat_that_one_had_typed_in_stays_shut_to_the_former_side(cast):
    """The other person of an open socket is looked up once; the address names the role as well."""
    async with connected(cast.ben) as ben:
        async with connected(cast.ada) as ada:
            await send(ben, type="typing", chat_id=cast.chat.pk, typing=True)
            assert (await receive(ada, "typing"))["typing"] is True
        await sync_to_async(give_role)(cast.ada, "patient")
        async with connected(cast.ada) as ada:
            await send(ben, type="typing", chat_id=cast.chat.pk, typing=False)
            assert await ada.receive_nothing(timeout=0.2)
