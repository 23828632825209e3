"""Shared by the tests of a conversation: posting messages, and capturing what is published to both people."""

import json
from concurrent.futures import Future
from contextlib import contextmanager

from chat import publication
from chat.models import Chat
from chat.models.side import recipient_for
from chat.sending.draft import Draft, Posted
from chat.sending.store import store_messages


def draft(cast, text="x", **more):
    """A message from Ben to Ada that is not posted yet."""
    return Draft.checked(cast.ben, chat_id=more.pop("chat_id", cast.chat.pk), text=text, **more)


def submit(writer, one) -> Future:
    """Submit a draft to a writer; return its future outcome."""
    future = Future()
    writer.submit(one, future.set_result)
    return future


def post_message(user, chat, text="Bonjour", **more):
    """Post a message and return it."""
    [outcome] = store_messages([Draft.checked(user, chat_id=chat.pk, text=text, **more)])
    assert isinstance(outcome, Posted), outcome
    return outcome.message


def refused(answer, status: int, code: str) -> None:
    """The documented envelope of a refusal."""
    assert (answer.status_code, answer.json()["success"], answer.json()["error"]) == (status, False, code)


def seq_of(chat) -> int:
    return Chat.objects.values_list("seq", flat=True).get(pk=chat.pk)


def recipient_of(user) -> str:
    """The recipient under which the sockets of this person are registered now."""
    return recipient_for(user.role, user.pk)


@contextmanager
def publications(monkeypatch):
    """What services publish in a block of code after their commits, in order."""
    seen, receive = [], publication._receive

    def note(published):
        seen.append(published)
        receive(published)

    with monkeypatch.context() as patched:
        patched.setattr(publication, "_receive", note)
        yield seen


class PublishedFrames:
    """The frames published by a block of code, by person."""

    def __init__(self):
        self.events: list[tuple[tuple[str, ...], dict]] = []

    def __call__(self, user) -> list[dict]:
        return [frame for recipients, frame in self.events if recipient_of(user) in recipients]

    def add(self, events, seqs=()) -> None:
        published = [(tuple(recipients), json.loads(frame)) for recipients, frame in events]
        moved = {
            (frame["chat_id"], frame["seq"]) for _, frame in published if "seq" in frame and frame["type"] != "chat.seq"
        }
        current = {frame["chat_id"]: frame["seq"] for _, frame in published if frame["type"] == "chat.seq"}
        # Every frame that moves a cursor is recorded with its number, or clients would later fetch without need.
        # The only other numbers are those that a `chat.seq` frame covers.
        assert moved <= set(seqs)
        assert all(seq <= current.get(chat_id, -1) for chat_id, seq in set(seqs) - moved)
        self.events += published


@contextmanager
def capture_frames(monkeypatch, committed):
    frames = PublishedFrames()
    with monkeypatch.context() as patched:
        patched.setattr("chat.live.bus.publish", frames.add)
        with committed(execute=True):
            yield frames
