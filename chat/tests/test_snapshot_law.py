"""The invariant of every client: an earlier fetch plus the events since equals a fresh fetch.

Random operations of both people, through the services and with the events that they really send; the same again with
lost frames, and one catch-up at the end.
"""

import random
from collections import Counter
from contextlib import contextmanager

import pytest

from chat.models import Chat
from chat.sending.draft import Draft, Posted
from chat.sending.store import store_messages
from chat.services import corrections, drafts, pins, reactions, reading, receipts
from chat.services.attachments import add_attachment
from chat.services.consistency import find_wrong_chats
from chat.tests.files import samples
from chat.tests.talk import capture_frames
from chatsite.http.errors import Refusal
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db(transaction=True)
OPERATIONS = 90
FILES = {"a.png": samples.png(), "b.pdf": samples.pdf(), "c.jpg": samples.jpeg()}
MESSAGE_FRAMES = {"message.created", "message.changed"}


class Screen:
    """A client as docs/realtime.md asks for: rows by id, watermarks, and one cursor that never moves over a gap."""

    def __init__(self, user, chat, *, eager: bool):
        self.user, self.chat, self.client = user, chat, api_client(user)
        # An eager one shows what comes after a gap at once, and only its cursor waits.
        self.eager = eager
        page = self.fetch("newest=1&limit=100")
        self.rows = {row["message_id"]: row for row in page["messages"]}
        self.reads, self.cursor = page["reads"], page["next_since"]

    def fetch(self, query: str) -> dict:
        answer = self.client.get(f"/api/chat/messages/{self.chat.pk}?{query}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    def take(self, frame: dict) -> None:
        if "seq" not in frame:
            return
        if frame["seq"] == self.cursor + 1:
            self.cursor = frame["seq"]
        elif not self.eager or frame["seq"] <= self.cursor:
            return
        if frame["type"] in MESSAGE_FRAMES:
            self.show(frame["message"])
        else:
            self.move(frame)

    def show(self, row: dict) -> None:
        known = self.rows.get(row["message_id"])
        if known is None or known["seq"] <= row["seq"]:
            self.rows[row["message_id"]] = row

    def move(self, frame: dict) -> None:
        side = frame.get("reader_role") or frame["recipient_role"]
        marks = self.reads[side]
        if frame["type"] == "chat.read":
            marks |= {"up_to": frame["up_to"], "read_at": frame["read_at"]}
            marks |= {"delivered_up_to": frame["delivered_up_to"], "delivered_at": frame["delivered_at"]}
            self.mark_read(side, frame["up_to"], frame["read_at"])
        else:
            marks |= {"delivered_up_to": frame["up_to"], "delivered_at": frame["delivered_at"]}

    def mark_read(self, side: str, up_to: int | None, read_at: str | None) -> None:
        for row in self.rows.values():
            if row["sender_role"] != side and row["message_id"] <= (up_to or 0) and not row["is_read"]:
                row |= {"is_read": True, "read_at": read_at}

    def catch_up(self, limit: int) -> None:
        while True:
            page = self.fetch(f"since={self.cursor}&limit={limit}")
            for row in page["messages"]:
                self.show(row)
            self.reads, self.cursor = page["reads"], page["next_since"]
            if not page["has_more"]:
                break
        for side, marks in self.reads.items():
            self.mark_read(side, marks["up_to"], marks["read_at"])


class Talk:
    """Two people who do random operations, one after the other."""

    def __init__(self, cast, chance: random.Random, clock):
        self.people, self.chat, self.chance, self.clock = (cast.ada, cast.ben), cast.chat, chance, clock
        self.done = Counter()

    @property
    def any_message(self) -> int:
        ids = list(self.chat.messages.order_by("-pk").values_list("pk", flat=True)[:12])
        return self.chance.choice(ids) if ids else 1

    def do_next(self) -> None:
        self.clock(self.chance.choice([0, 1, 60]))
        kind = self.chance.choice(list(OPERATION))
        before = Chat.objects.get(pk=self.chat.pk).seq
        try:
            OPERATION[kind](self, self.chance.choice(self.people))
        except Refusal:
            assert Chat.objects.get(pk=self.chat.pk).seq == before, kind
            self.done[f"{kind} refused"] += 1
        else:
            self.done[kind] += 1

    def send(self, user, **more):
        text = self.chance.choice(["Oui", "Non", "é" * 300, "🙂", *([""] if "attachment_ids" in more else [])])
        [outcome] = store_messages([Draft.checked(user, chat_id=self.chat.pk, text=text, **more)])
        if not isinstance(outcome, Posted):
            raise outcome

    def send_files(self, user):
        names = self.chance.sample(list(FILES), self.chance.choice([1, 2]))
        uploads = [samples.upload(FILES[name], name) for name in names]
        files = [add_attachment(user, chat_id=self.chat.pk, upload=upload)[0].pk for upload in uploads]
        self.send(user, attachment_ids=files)

    def send_together(self, user):
        drafts = [Draft.checked(self.chance.choice(self.people), chat_id=self.chat.pk, text=text) for text in "abc"]
        assert all(isinstance(outcome, Posted) for outcome in store_messages(drafts))

    def some_sign(self) -> str:
        return self.chance.choice(["👍", "❤️", "❤"])


OPERATION = {
    "send": Talk.send,
    "send files": Talk.send_files,
    "send together": Talk.send_together,
    "reply": lambda talk, user: talk.send(user, reply_to=talk.any_message),
    "correct": lambda talk, user: corrections.correct(
        user, message_id=talk.any_message, text=talk.chance.choice(["a", "b", "c" * 300])
    ),
    "retract": lambda talk, user: corrections.retract(user, message_id=talk.any_message),
    "react": lambda talk, user: reactions.react(user, message_id=talk.any_message, emoji=talk.some_sign()),
    "withdraw": lambda talk, user: reactions.withdraw(user, message_id=talk.any_message, emoji=talk.some_sign()),
    "pin": lambda talk, user: pins.pin(user, message_id=talk.any_message),
    "unpin": lambda talk, user: pins.unpin(user, message_id=talk.any_message),
    "read": lambda talk, user: reading.mark_read(user, chat_id=talk.chat.pk, up_to=talk.any_message),
    "read all": lambda talk, user: reading.mark_read(user, chat_id=talk.chat.pk),
    "delivered": lambda talk, user: receipts.mark_delivered(user, chat_id=talk.chat.pk, up_to=talk.any_message),
    "mark unread": lambda talk, user: reading.mark_unread(user, chat_id=talk.chat.pk),
    "draft": lambda talk, user: drafts.save(
        user, chat_id=talk.chat.pk, text=talk.chance.choice(["", "x", "y"]), reply_to=talk.any_message
    ),
}


@pytest.fixture
def published(monkeypatch):
    """As the fixture of the other tests, but every transaction really commits, so that the events are the product's."""

    @contextmanager
    def committed(execute):
        yield

    return lambda: capture_frames(monkeypatch, committed)


def without_read_at(rows: list[dict]) -> list[dict]:
    return [{name: value for name, value in row.items() if name != "read_at"} for row in rows]


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("lost", [0, 0.3])
def test_before_and_events_make_after(cast, clock, published, seed, lost):
    chance = random.Random(seed)
    talk = Talk(cast, chance, clock)
    with published() as frames:
        for _ in range(20):
            talk.do_next()
        screens = [Screen(user, cast.chat, eager=bool(seed % 2)) for user in talk.people]
        start = [len(frames(user)) for user in talk.people]
        for _ in range(OPERATIONS):
            talk.do_next()
    for screen, begin in zip(screens, start, strict=True):
        for frame in frames(screen.user)[begin:]:
            if chance.random() >= lost:
                screen.take(frame)
        if lost:
            screen.catch_up(limit=chance.choice([3, 100]))
        after = screen.fetch("newest=1&limit=100")
        shown = [screen.rows[pk] for pk in sorted(screen.rows)][-100:]
        # Events give the read time of each message; a catch-up gives only the time of the last one.
        plain = without_read_at if lost else list
        assert plain(shown) == plain(after["messages"])
        assert (screen.reads, screen.cursor) == (after["reads"], after["next_since"])
    each_change_is_published_once(cast, frames)
    private_things_stay_private(cast, frames)
    assert list(find_wrong_chats()) == []
    assert all(talk.done[kind] for kind in ("send", "send files", "reply", "react", "pin", "read")), talk.done


def each_change_is_published_once(cast, frames):
    seq = Chat.objects.get(pk=cast.chat.pk).seq
    for user in (cast.ada, cast.ben):
        assert [frame["seq"] for frame in frames(user) if "seq" in frame] == list(range(1, seq + 1))
    by_seq = {}
    for _, frame in frames.events:
        if "seq" in frame:
            plain = {name: value for name, value in frame.items() if name != "unread_count"}
            assert by_seq.setdefault(frame["seq"], plain) == plain


def private_things_stay_private(cast, frames):
    for recipients, frame in frames.events:
        if "seq" not in frame:
            assert frame["type"] in {"chat.draft", "chat.badge"}
            assert len(recipients) == 1
    for user in (cast.ada, cast.ben):
        [row] = api_client(user).get("/api/chat/chats").json()["chats"]
        drafts = [frame["draft"] for frame in frames(user) if frame["type"] == "chat.draft"]
        assert row["draft"] == (drafts[-1] if drafts else None)


def test_what_is_rolled_back_is_never_published(cast, published):
    from django.db import transaction

    [posted] = store_messages([Draft.checked(cast.ben, chat_id=cast.chat.pk, text="x")])
    pk = posted.message.pk
    with published() as frames, transaction.atomic():
        corrections.correct(cast.ben, message_id=pk, text="y")
        reactions.react(cast.ada, message_id=pk, emoji="👍")
        pins.pin(cast.ada, message_id=pk)
        receipts.mark_delivered(cast.ada, chat_id=cast.chat.pk)
        reading.mark_unread(cast.ada, chat_id=cast.chat.pk)
        drafts.save(cast.ada, chat_id=cast.chat.pk, text="z")
        transaction.set_rollback(True)
    assert frames.events == []
    assert Chat.objects.get().seq == 1
