"""/patient/chat/<id> and /professional/chat/<id>: what a reader without scripts sees, and what scripts find."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from chat.models import Chat, Message
from chat.pages import refusal_words
from chat.pages.thread import thread_part
from chat.services.reading import mark_read
from chat.services.receipts import mark_delivered
from chat.tests.pages.conftest import elements, post_texts, rows
from chatsite.http.errors import Refusal
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db


def page(user, chat, query=""):
    side = "professional" if user.is_doctor else "patient"
    return page_client(user).get(f"/{side}/chat/{chat.pk}{query}")


def facts_of(answer):
    return json.loads(answer.content.split(b'id="page" type="application/json">')[1].split(b"</script>")[0])


def test_it_shows_the_thread(cast, thread):
    for user, me, other in ((cast.ada, "doctor", "Ben Durand"), (cast.ben, "patient", "Dr. Ada Martin")):
        answer = page(user, cast.chat)
        assert answer.status_code == 200
        assert list(rows(answer)) == [message.pk for message in thread]
        [element] = elements(answer, "chat-thread")
        assert element["data-me"] == me
        assert (element["data-chat-id"], element["data-seq"]) == (str(cast.chat.pk), "10")
        assert element["data-has-newer"] == "false"
        assert "hidden" in elements(answer, class_="older")[0]
        assert other in answer.content.decode()
        assert len(elements(answer, "h1")) == 1
        assert elements(answer, class_="app")[0]["data-view"] == "thread"


def test_it_gives_scripts_what_they_need(cast, thread):
    answer = page(cast.ben, cast.chat)
    facts = facts_of(answer)
    assert (facts["user_id"], facts["role"], facts["chat_id"]) == (cast.ben.pk, "patient", cast.chat.pk)
    assert facts["other_role"] == "doctor"
    assert (facts["files"]["max_bytes"], facts["files"]["max_files"]) == (10 * 1024 * 1024, 10)
    offered = {".jpg", ".jpeg", ".jfif", ".png", ".gif", ".webp", ".pdf", ".doc", ".docx", "image/jpeg"}
    assert offered <= set(facts["files"]["accept"])
    [pending] = elements(answer, class_="message", data_state="pending")
    assert (pending["data-sender-id"], pending["data-sender-role"]) == (str(cast.ben.pk), "patient")
    for template in ("message-template", "receipt-template", "failure-template", "upload-template"):
        assert len(elements(answer, "template", id=template)) == 1


def test_it_sends_the_other_role_to_its_own_side(cast, thread):
    answer = page_client(cast.ada).get(f"/patient/chat/{cast.chat.pk}")
    assert (answer.status_code, answer["Location"]) == (302, f"/professional/chat/{cast.chat.pk}")
    answer = page_client(cast.ben).get("/professional/chat")
    assert (answer.status_code, answer["Location"]) == (302, "/patient/chat")


def test_it_hides_the_conversations_of_others(cast, thread):
    assert page(cast.ada, cast.chat).status_code == 200
    for outsider in (cast.cora, cast.dan):
        answer, nobodys = page(outsider, cast.chat), page(outsider, Chat(pk=2**63 - 1))
        assert answer.status_code == 404
        # But for the token of the forms, the address that was asked for, and the id of the request.
        own = re.compile(
            rf'(name="csrfmiddlewaretoken" value="\w+)|(/chat/({cast.chat.pk}|{2**63 - 1})\b)|(: \w{{8}}<)'
        )
        assert own.sub("", answer.content.decode()) == own.sub("", nobodys.content.decode())
    assert page(cast.ben, Chat(pk=10**30)).status_code == 404


def test_it_asks_strangers_to_sign_in(client, cast):
    answer = client.get(f"/patient/chat/{cast.chat.pk}")
    assert answer["Location"] == f"/accounts/login/?next=/patient/chat/{cast.chat.pk}"


def test_it_leads_to_older_messages(cast):
    messages = post_texts(cast.ben, cast.chat, *[f"text {number}" for number in range(120)])
    mark_read(cast.ada, chat_id=cast.chat.pk)
    ids = [message.pk for message in messages]
    newest = page(cast.ada, cast.chat)
    assert list(rows(newest)) == ids[70:]
    assert "hidden" not in elements(newest, class_="older")[0]
    url = f"/professional/chat/{cast.chat.pk}"
    assert f'href="{url}?before={ids[70]}"' in newest.content.decode()
    older = page(cast.ada, cast.chat, f"?before={ids[70]}")
    assert list(rows(older)) == ids[20:70]
    # The composer is there too; a link leads to the newest messages.
    assert elements(older, "chat-thread")[0]["data-has-newer"] == "true"
    assert elements(older, "textarea")
    [to_end] = elements(older, class_="jump")
    assert (to_end["href"], "hidden" in to_end) == (url, False)
    assert "hidden" in elements(newest, class_="jump")[0]
    oldest = page(cast.ada, cast.chat, f"?before={ids[20]}")
    assert list(rows(oldest)) == ids[:20]
    assert "hidden" in elements(oldest, class_="older")[0]
    for nonsense in ("x", "0", "-1", "9" * 40, ""):
        assert page(cast.ada, cast.chat, f"?before={nonsense}").status_code == 400


def test_it_opens_at_the_first_unread_message(cast):
    """An unread message outside the window would be marked as read with the rest, or never."""
    ids = [message.pk for message in post_texts(cast.ben, cast.chat, *[f"text {number}" for number in range(120)])]
    mark_read(cast.ada, chat_id=cast.chat.pk, up_to=ids[39])
    opened = page(cast.ada, cast.chat)
    assert list(rows(opened)) == ids[15:66]
    [thread] = elements(opened, "chat-thread")
    assert (thread["data-has-newer"], thread["data-first-unread"]) == ("true", str(ids[40]))
    assert "80 new messages" in opened.content.decode()
    seen = f"/chat/{cast.chat.pk}/seen/"
    assert f"{seen}{ids[65]}" in opened.content.decode()
    # Messages before the window stay unread.
    later = page(cast.ada, cast.chat, f"?at={ids[100]}")
    assert seen not in later.content.decode()
    assert not elements(later, class_="fresh")
    mark_read(cast.ada, chat_id=cast.chat.pk, up_to=ids[69])
    assert list(rows(page(cast.ada, cast.chat))) == ids[70:]


def test_an_empty_part_reads_nothing(cast):
    [first, *_] = post_texts(cast.ben, cast.chat, "one", "two")
    cast.chat.refresh_from_db()
    for query in ({"before": str(first.pk)}, {"after": str(first.pk + 9)}):
        assert thread_part(cast.ada, cast.chat, query=query).unseen_up_to is None


def test_it_separates_days_and_names_them(cast):
    with time_machine.travel(datetime(2026, 3, 9, 22, 30, tzinfo=UTC), tick=False):
        post_texts(cast.ben, cast.chat, "late")
    with time_machine.travel(datetime(2026, 3, 9, 23, 30, tzinfo=UTC), tick=False):
        post_texts(cast.ben, cast.chat, "after midnight at the practice")
    with time_machine.travel(datetime(2026, 3, 10, 12, tzinfo=UTC), tick=False):
        answer = page(cast.ada, cast.chat)
    days = [found["datetime"] for found in elements(answer, "time") if len(found.get("datetime", "")) == 10]
    assert days == ["2026-03-09", "2026-03-10"]
    text = answer.content.decode().split('class="messages"')[1]
    assert text.index("Yesterday") < text.index("late") < text.index("Today") < text.index("after midnight")


def test_it_shows_what_is_new_and_what_was_read(cast):
    post_texts(cast.ben, cast.chat, "one")
    mark_read(cast.ada, chat_id=cast.chat.pk)
    [second, _] = post_texts(cast.ben, cast.chat, "two", "three")
    text = page(cast.ada, cast.chat).content.decode()
    assert text.index("2 new messages") < text.index(f'data-message-id="{second.pk}"')
    answer = page(cast.ben, cast.chat)
    lines = [found["data-state"] for found in elements(answer, class_="receipt-line")]
    # The last one is the template's.
    assert lines == ["read", "sent", "sent"]
    text = answer.content.decode()
    assert text.index("Read by the practice at") < text.index(f'data-message-id="{second.pk}"')
    assert not elements(page(cast.ada, cast.chat), "li", class_="receipt-line", data_state="read")


def test_it_shows_what_was_delivered(cast):
    [first, second] = post_texts(cast.ben, cast.chat, "one", "two")
    mark_read(cast.ada, chat_id=cast.chat.pk, up_to=first.pk)
    mark_delivered(cast.ada, chat_id=cast.chat.pk)
    post_texts(cast.ben, cast.chat, "three")
    answer = page(cast.ben, cast.chat)
    lines = [found["data-state"] for found in elements(answer, class_="receipt-line")]
    assert lines == ["read", "delivered", "sent", "sent"]
    assert elements(answer, "ol", class_="messages")[0]["data-receipts"] == "read delivered"
    text = answer.content.decode().split('class="messages"')[1]
    assert text.index(f'data-message-id="{second.pk}"') < text.index("Delivered to the practice") < text.index("three")
    [wrapper] = elements(answer, "chat-thread")
    assert json.loads(wrapper["data-reads"])["doctor"]["delivered_up_to"] == second.pk
    post_texts(cast.ada, cast.chat, "four")
    mark_delivered(cast.ben, chat_id=cast.chat.pk)
    text = page(cast.ada, cast.chat).content.decode()
    assert '>Delivered</span><span\n  class="visually-hidden" data-receipt-of>: “four”</span></li>' in text


def test_a_row_of_the_list_names_what_no_device_has_reported(cast):
    [message] = post_texts(cast.ben, cast.chat, "one")
    for user, expected in ((cast.ada, str(message.pk)), (cast.ben, None)):
        [row] = elements(page_client(user).get("/chat/rows"), "li", data_chat_id=str(cast.chat.pk))
        assert row.get("data-undelivered") == expected
    mark_delivered(cast.ada, chat_id=cast.chat.pk)
    [row] = elements(page_client(cast.ada).get("/chat/rows"), "li", data_chat_id=str(cast.chat.pk))
    assert "data-undelivered" not in row


def test_it_names_who_has_read_by_the_role_of_the_viewer(cast):
    post_texts(cast.ben, cast.chat, "question")
    mark_read(cast.ada, chat_id=cast.chat.pk)
    post_texts(cast.ada, cast.chat, "answer")
    mark_read(cast.ben, chat_id=cast.chat.pk)
    pages = {"doctor": page(cast.ada, cast.chat), "patient": page(cast.ben, cast.chat)}
    assert "Read at" in pages["doctor"].content.decode()
    assert "by the practice" not in pages["doctor"].content.decode()
    assert "Read by the practice at" in pages["patient"].content.decode()
    User.objects.filter(pk__in=[cast.ada.pk, cast.ben.pk]).update(language="fr")
    assert "Lu par le cabinet à" in page(cast.ben, cast.chat).content.decode()
    assert "par le cabinet" not in page(cast.ada, cast.chat).content.decode()


def test_opening_marks_nothing_as_read(cast, thread):
    answer = page(cast.ada, cast.chat)
    [picture] = elements(answer, class_="thread__seen")
    assert picture["src"] == f"/chat/{cast.chat.pk}/seen/{thread[-1].pk}"
    assert Chat.objects.get().doctor_unread == 5
    mark_read(cast.ada, chat_id=cast.chat.pk)
    assert not elements(page(cast.ada, cast.chat), class_="thread__seen")


def test_it_shows_emergency_numbers_to_patients(cast, thread, settings):
    settings.CHAT_EMERGENCY_NUMBERS = ["999", "112"]
    calls = [found["href"] for found in elements(page(cast.ben, cast.chat), "a", class_="care__call")]
    assert calls == ["tel:999", "tel:112"]
    assert not elements(page(cast.ada, cast.chat), class_="care")


def test_it_is_for_reading_only_when_nobody_can_answer(cast, thread):
    User.objects.filter(pk=cast.ben.pk).update(is_active=False)
    answer = page(cast.ada, cast.chat)
    assert len(rows(answer)) == 10
    assert not elements(answer, "chat-composer")
    assert not elements(answer, "textarea", name="message_text")
    [closed] = elements(answer, class_="closed")
    assert "hidden" not in closed
    assert "Ben Durand can no longer be reached here" in answer.content.decode()
    assert elements(answer, "chat-thread")[0]["data-reply-blocked-reason"] == "recipient_inactive"


def test_the_skip_links_lead_to_places_of_the_page(cast, thread):
    for active in (True, False):
        User.objects.filter(pk=cast.ben.pk).update(is_active=active)
        answer = page(cast.ada, cast.chat)
        assert [found["href"] for found in elements(answer, "a", class_="skip")] == ["#composer", "#closed"]
        assert len(elements(answer, id="closed")) == 1
        assert len(elements(answer, id="composer")) == active


def test_the_buttons_of_a_message_are_named_by_it(cast):
    post_texts(cast.ben, cast.chat, "La cheville\na enflé", "x" * 80)
    text = page(cast.ada, cast.chat).content.decode()
    assert "What to do with “La cheville a enflé”" in text
    assert f"What to do with “{'x' * 59}…”" in text


def test_the_words_for_a_closed_thread_wait_beside_the_field(cast, thread):
    answer = page(cast.ada, cast.chat)
    assert elements(answer, "chat-composer")
    [closed] = elements(answer, class_="closed")
    assert "hidden" in closed
    assert facts_of(answer)["words"]["blocked_recipient_inactive"] == "{name} can no longer be reached here"
    assert elements(answer, "chat-thread")[0]["data-reply-blocked-reason"] == ""


def test_another_reason_needs_only_its_words(cast, thread, monkeypatch):
    refusal = Refusal()
    refusal.code = "on_leave"
    monkeypatch.setattr("chat.representation.why_not", lambda chat, person_id: refusal)
    shown = page(cast.ben, cast.chat).content.decode()
    assert "You can no longer write in this conversation" in shown
    assert "For reading only" in shown

    monkeypatch.setitem(refusal_words._BLOCKED, "on_leave", {"thread": "{name} is on leave", "row": "On leave"})
    answer = page(cast.ben, cast.chat)
    [element] = elements(answer, "chat-thread")
    assert (element["data-can-reply"], element["data-reply-blocked-reason"]) == ("false", "on_leave")
    assert not elements(answer, "chat-composer")
    assert "Dr. Ada Martin is on leave" in answer.content.decode()
    assert "On leave</span>" in answer.content.decode()
    assert facts_of(answer)["words"]["blocked_on_leave"] == "{name} is on leave"


def test_it_is_kept_nowhere(cast, thread):
    assert "no-store" in page(cast.ada, cast.chat)["Cache-Control"]


def test_it_costs_the_same_for_two_rows_and_forty(cast):
    client = page_client(cast.ada)
    post_texts(cast.ben, cast.chat, "one", "two")

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(f"/professional/chat/{cast.chat.pk}").status_code == 200
        return len(queries)

    client.get(f"/professional/chat/{cast.chat.pk}")
    few = cost()
    post_texts(cast.ben, cast.chat, *[f"text {number}" for number in range(38)])
    assert cost() == few
    assert few <= 12


def test_it_draws_rows_of_other_programs(cast):
    Message.objects.create(chat=cast.chat, sender=cast.ben, sender_role="patient", message_text="raw", created_at=None)
    old = datetime.now(UTC).replace(microsecond=0) - timedelta(days=400)
    Message.objects.create(chat=cast.chat, sender=cast.ben, sender_role="patient", message_text="old", created_at=old)
    answer = page(cast.ada, cast.chat)
    assert answer.status_code == 200
    assert len(rows(answer)) == 2


@pytest.mark.parametrize(
    ("language", "at", "words"),
    [
        ("fr", datetime(2026, 3, 9, 9, 5, tzinfo=UTC), "à 10:05"),
        ("fr", datetime(2026, 3, 9, 23, 5, tzinfo=UTC), "le 10 mars à 0:05"),
        ("en", datetime(2026, 3, 9, 19, 49, tzinfo=UTC), "at 8:49\u00a0PM"),
        ("en", datetime(2026, 3, 10, 9, 5, tzinfo=UTC), "on Mar 10 at 10:05\u00a0AM"),
    ],
)
@pytest.mark.parametrize("changed", ["edited_at", "retracted_at"])
def test_it_shows_when_a_message_was_corrected_or_withdrawn(cast, language, at, words, changed):
    """The hour, and the day where it is another than that of the message; by the practice's clock."""
    [message] = post_texts(cast.ben, cast.chat, "Deux comprimés")
    written = datetime(2026, 3, 9, 8, 42, tzinfo=UTC)
    Message.objects.filter(pk=message.pk).update(created_at=written, **{changed: at})
    User.objects.update(language=language)
    with time_machine.travel("2026-03-20T12:00Z", tick=False):
        for user in (cast.ada, cast.ben):
            row = rows(page(user, cast.chat))[message.pk].decode()
            assert f'<time datetime="{at:%Y-%m-%dT%H:%M:%SZ}" data-changed>{words}</time>' in row
            assert ("message__versions" in row) == (changed == "edited_at")
