"""The examples of docs/realtime.md: one of each frame, with the keys that the socket really sends."""

import json
import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.utils import timezone

from accounts.models import SignIn
from accounts.services.sign_ins import end_all
from accounts.signals import accounts_switched
from appointments import services
from appointments.tests import book
from chat.live import presence as live
from chat.live import sign_ins
from chat.live.frames import status
from chat.services import chats, drafts, reactions, reading
from chat.tests.live.sockets import connected, receive, send
from chatsite.testing import contract
from practice import services as practice
from practice.models import Practice

PAGE = (Path(settings.BASE_DIR) / "docs" / "realtime.md").read_text()
DESCRIBED = contract.frames(from_client=False)


def shown() -> list[dict]:
    """The frames of the page; a placeholder is replaced by what the schema shows there."""
    [block] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    frames = [json.loads(line.replace("{…}", '"…"')) for line in block.splitlines()]
    return [
        {name: example(frame["type"])[name] if value == "…" else value for name, value in frame.items()}
        for frame in frames
    ]


def example(kind):
    return DESCRIBED[kind]["examples"][0]["payload"]


def shape(value):
    """The keys of an object and of the objects in it, but for what an answer quotes."""
    if not isinstance(value, dict):
        return None
    return {name: None if name == "reply_to" else shape(inner) for name, inner in value.items()}


def test_each_frame_that_is_listed_has_one():
    listed = re.findall(r"^\| `([a-z.]+)` \|", PAGE.split("| server → client |")[1].split("| close |")[0], re.MULTILINE)
    assert len(listed) == 17
    assert sorted(frame["type"] for frame in shown()) == sorted([*listed, "ack", "pong"])


def test_they_are_those_of_the_schema():
    assert {frame["type"]: frame for frame in shown()} == {kind: example(kind) for kind in DESCRIBED}


@pytest.mark.django_db(transaction=True)
async def test_each_has_the_keys_of_what_is_sent(cast, monkeypatch):
    monkeypatch.setattr(live, "GATHER_SECONDS", 0.01)
    sent = {"status": json.loads(status(True))}

    async def note(socket, *types):
        for name in types:
            sent[name] = await receive(socket, name)

    async def leave(person):
        """Nobody uses the person's app, which the practice locks."""
        await call(Practice.objects.create, locks_apps=True)
        practice.forget()
        long_ago = timezone.now() - timedelta(hours=1)
        await SignIn.objects.filter(user=person).aupdate(active_at=long_ago)

    def call(service, *people, **more):
        return sync_to_async(service)(*people, **more)

    chat = {"chat_id": cast.chat.pk}
    sent_frame = {"type": "send", "client_id": str(uuid.uuid4()), "message_text": "Bonjour"} | chat
    async with connected(cast.ben) as ben, connected(cast.ada) as ada:
        sent["welcome"] = ben.welcome
        await send(ben, type="ping")
        await note(ben, "pong")
        await send(ben, **sent_frame)
        await note(ben, "ack")
        await note(ada, "message.created")
        message = sent["ack"]["message"]["message_id"]
        await call(reactions.react, cast.ada, message_id=message, emoji="👍")
        await note(ada, "message.changed")
        await send(ben, **sent_frame | {"message_text": "Bonjour"})
        await note(ben, "chat.seq")
        await send(ben, **sent_frame | {"client_id": str(uuid.uuid4()), "reply_to": 9_999_999})
        await note(ben, "error")
        await send(ada, type="delivered", **chat)
        await send(ada, type="read", **chat)
        await note(ada, "chat.delivered", "chat.read")
        await call(reading.mark_unread, cast.ada, **chat)
        await call(drafts.save, cast.ada, text="Bonjour", **chat)
        await note(ada, "chat.badge", "chat.draft")
        await send(ada, type="typing", typing=True, **chat)
        await note(ben, "typing")
        await send(ben, type="watch", watching=True, **chat)
        await note(ben, "presence")
        await call(accounts_switched.send, None, user_ids=[cast.ada.pk])
        await note(ben, "chat.reachable")
        await call(chats.get_or_create, cast.ben, doctor_id=cast.dan.pk, patient_id=cast.ben.pk)
        await note(ben, "chat.changed")
        await call(services.cancel, cast.ada, appointment=await call(book, cast.ada, cast.ben))
        await note(ben, "appointment.changed")
        await leave(cast.ada)
        await sign_ins.check()
        await note(ada, "session.locked")
        await call(end_all, cast.ben)
        await note(ben, "session.ended")
    assert {name: shape(frame) for name, frame in sent.items()} == {frame["type"]: shape(frame) for frame in shown()}
