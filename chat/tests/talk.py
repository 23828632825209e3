"""What several tests of a conversation need: saying something, and hearing what both people are told."""

import json
from concurrent.futures import Future
from contextlib import contextmanager

from chat import publication
from chat.models import Chat
from chat.models.side import recipient_for
from chat.sending.draft import Draft, Posted
from chat.sending.store import post_messages


def draft(cast, text="x", **more):
    """What Ben is about to say to Ada."""
    return Draft.checked(cast.ben, chat_id=more.pop("chat_id", cast.chat.pk), text=text, **more)


def submit(writer, one) -> Future:
    """Hand a draft to a writer; its outcome is to come."""
    future = Future()
    writer.submit(one, future.set_result)
    return future


def say(user, chat, text="Bonjour", **more):
    """Post a message and return it."""
    [outcome] = post_messages([Draft.checked(user, chat_id=chat.pk, text=text, **more)])
    assert isinstance(outcome, Posted), outcome
    return outcome.message


def refused(answer, status: int, code: str) -> None:
    """The documented envelope of a refusal."""
    assert (answer.status_code, answer.json()["success"], answer.json()["error"]) == (status, False, code)


def seq_of(chat) -> int:
    return Chat.objects.values_list("seq", flat=True).get(pk=chat.pk)


def recipient_of(user) -> str:
    """The address of the sockets with which this person signs in now."""
    return recipient_for(user.role, user.pk)


@contextmanager
def publications(monkeypatch):
    """What services publish in a block of code, committed, in its order."""
    seen, receive = [], publication._receive

    def note(published):
        seen.append(published)
        receive(published)

    with monkeypatch.context() as patched:
        patched.setattr(publication, "_receive", note)
        yield seen


class Heard:
    """The frames of a block of code, by person."""

    def __init__(self):
        self.events: list[tuple[tuple[str, ...], dict]] = []

    def __call__(self, user) -> list[dict]:
        return [frame for recipients, frame in self.events if recipient_of(user) in recipients]

    def add(self, events, seqs=()) -> None:
        told = [(tuple(recipients), json.loads(frame)) for recipients, frame in events]
        moved = {
            (frame["chat_id"], frame["seq"]) for _, frame in told if "seq" in frame and frame["type"] != "chat.seq"
        }
        stands = {frame["chat_id"]: frame["seq"] for _, frame in told if frame["type"] == "chat.seq"}
        # Whatever moves a cursor is known to have been told, or its people would ask for nothing; and nothing else is,
        # but what a number stands for.
        assert moved <= set(seqs)
        assert all(seq <= stands.get(chat_id, -1) for chat_id, seq in set(seqs) - moved)
        self.events += told


@contextmanager
def hearing(monkeypatch, committed):
    heard = Heard()
    with monkeypatch.context() as patched:
        patched.setattr("chat.live.bus.publish", heard.add)
        with committed(execute=True):
            yield heard
