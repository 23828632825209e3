"""The rows of texts, drawn by scripts from events: the same as those that the server draws."""

import json
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.utils import translation

from accounts.models import User
from chat.loading import FullMessage
from chat.models import Chat, Message
from chat.representation import message_json
from chat.tests.pages.test_linked import TABLE
from tests.browser.canonical import CANONICAL

# The rows that scripts draw, and any rows as they are in a thread.
ROWS = f"""
  const {{ RowTemplates }} = await load("thread/row-templates.js");
  const {{ MessageGrouping }} = await load("thread/message-grouping.js");
  const {{ serverRows }} = await load("lib/html.js");
  const {{ Clock }} = await load("lib/time.js");
  const templates = new RowTemplates({{ text: document.querySelector("#text-template") }});
  const arranged = (rows) => {{
    const list = document.createElement("ol");
    list.append(...rows);
    new MessageGrouping(list, new Clock()).apply(rows);
    return [...list.children].map({CANONICAL});
  }};
"""


def new_chat():
    doctor = User(pk=3, role="doctor", first_name="Ada", last_name="Martin")
    patient = User(pk=12, role="patient", first_name="Ben", last_name="Durand")
    return Chat(pk=7, doctor=doctor, patient=patient)


def texts_of(chat, texts):
    """Messages with these texts: of both by turns and of one in a row, minutes apart, and then on other days."""
    at = datetime(2026, 2, 27, 21, 50, tzinfo=UTC)
    for number, text in enumerate(texts):
        at += timedelta(days=3) if number % 11 == 10 else timedelta(minutes=(1, 2, 9)[number % 3])
        sender = chat.doctor if number % 4 < 2 else chat.patient
        yield FullMessage(
            Message(
                pk=100 + number,
                chat=chat,
                sender=sender,
                sender_role=sender.role,
                message_text=text,
                seq=200 + number,
                created_at=at,
                client_id=str(uuid.UUID(int=number)) if number % 2 else None,
            )
        )


def rendered(chat, messages):
    """The rows as the server draws them for a French reader."""
    template = Template(
        "{% load conversation %}{% for message in messages %}{% message_row message chat %}{% endfor %}"
    )
    with translation.override("fr"):
        return template.render(Context({"messages": messages, "chat": chat}))


def both(run, chat, messages):
    """The rows as scripts draw them, and as the server does."""
    return run(
        f"""{ROWS}
        const drawn = {json.dumps(messages)}.map((message) => templates.stored(message));
        const rendered = [...serverRows({json.dumps(rendered(chat, messages))}).querySelectorAll(".message")];
        return [arranged(drawn), arranged(rendered)];
        """
    )


def test_scripts_draw_the_rows_of_texts_as_the_server_does(run):
    chat = new_chat()
    messages = [message_json(full) for full in texts_of(chat, [text for text, _ in TABLE.values()])]

    drawn, by_server = both(run, chat, messages)

    left = iter(TABLE)
    names = [next(left) if 'class="message"' in row else "a day" for row in by_server]
    assert len([name for name in names if name != "a day"]) == len(TABLE)
    assert names.count("a day") > 3
    assert [name for name, *rows in zip(names, drawn, by_server, strict=True) if rows[0] != rows[1]] == []


def test_a_message_that_was_read_is_drawn_too(run):
    """The answer to a repeated send has its present state."""
    chat = new_chat()
    [full] = texts_of(chat, ["Bonjour"])
    full.message.is_read, full.message.read_at = True, datetime(2026, 3, 1, tzinfo=UTC)
    drawn, by_server = both(run, chat, [message_json(full)])
    assert drawn == by_server


MORE = {
    "a file": {"message_type": "file"},
    "a photo": {"attachments": [{"attachment_id": 1}]},
    "a quote": {"reply_to": {"message_id": 1}},
    "a reaction": {"reactions": [{"emoji": "👍", "user_ids": [3]}]},
    "a pin": {"pinned_at": "2026-03-01T00:00:00Z", "pinned_by": 3},
    "corrected": {"edited_at": "2026-03-01T00:00:00Z"},
    "withdrawn": {"message_text": None, "retracted_at": "2026-03-01T00:00:00Z"},
    "no time": {"created_at": None},
    "of nobody known": {"sender_role": "assistant"},
    "of a later release": {"kind": "system"},
}


@pytest.mark.parametrize("more", MORE.values(), ids=MORE)
def test_scripts_leave_any_other_message_to_the_server(run, more):
    [full] = texts_of(new_chat(), ["Bonjour"])
    plain = message_json(full)
    found = run(f"{ROWS} return {json.dumps([plain, plain | more])}.map((one) => templates.stored(one) !== null);")
    assert found == [True, False]


def test_every_detail_of_a_message_is_either_drawn_or_left_to_the_server(run):
    """A key that the API gets later makes a row the server's, until scripts know it."""
    [full] = texts_of(new_chat(), ["Bonjour"])
    plain = message_json(full)
    left = run(
        f"""{ROWS}
        const plain = {json.dumps(plain)};
        return Object.keys(plain).filter((key) => templates.stored({{ ...plain, [key]: "more" }}) === null);
        """
    )
    shown = {
        "message_id",
        "chat_id",
        "sender_id",
        "message_text",
        "created_at",
        "client_id",
        "seq",
        "is_read",
        "read_at",
    }
    assert set(plain) - set(left) == shown
