"""/patient/chat/search and /professional/chat/search: the form and what it finds; a thread opened at a message."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.models import Chat, Message
from chat.sending.draft import Draft
from chat.sending.store import store_messages
from chat.services.attachments import add_attachment
from chat.tests.files.samples import pdf
from chat.tests.pages.conftest import elements, post_texts, rows
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db
SEARCH = {"doctor": "/professional/chat/search", "patient": "/patient/chat/search"}


def post(user, q, query="", **more):
    return page_client(user).post(SEARCH[user.role] + query, {"q": q, **more})


def test_it_asks_and_answers(cast):
    [message] = post_texts(cast.ben, cast.chat, "De la <b>fièvre</b> & de la toux")
    client = page_client(cast.ada)
    form = client.get(SEARCH["doctor"])
    assert form.status_code == 200
    assert ">Search in the messages — " in form.content.decode()
    assert [found["name"] for found in elements(form, "input", id="search")] == ["q"]
    assert not elements(form, "a", class_="result")
    assert len(elements(form, "p", class_="search__count", role="status")) == 1
    answer = client.post(SEARCH["doctor"], {"q": "fievre toux"})
    content = answer.content.decode()
    assert "De la &lt;b&gt;<mark>fièvre</mark>&lt;/b&gt; &amp; de la <mark>toux</mark>" in content
    [link] = elements(answer, "a", class_="result")
    assert link["href"] == f"/professional/chat/{cast.chat.pk}?at={message.pk}#message-{message.pk}"
    assert "1 result for “fievre toux”" in content
    assert len(elements(answer, "h1")) == 1
    assert "no-store" in answer["Cache-Control"]


def test_it_shows_that_nothing_was_found(cast, thread):
    assert "No results for “zut &lt;i&gt;”" in post(cast.ben, "zut <i>").content.decode()


def errors(answer):
    """The places where an error is shown."""
    return [line["data-error-for"] for line in elements(answer, "p", class_="field__error") if "hidden" not in line]


def test_a_refusal_keeps_what_was_asked(cast, thread):
    answer = post(cast.ben, "a", **{"from": "2026-03-01"})
    assert answer.status_code == 400
    assert "Write at least 2 characters." in answer.content.decode()
    assert errors(answer) == ["q"]
    assert elements(answer, "input", id="search")[0]["value"] == "a"
    assert elements(answer, "input", name="from")[0]["value"] == "2026-03-01"
    assert "Check the dates" in post(cast.ben, "text", **{"from": "demain"}).content.decode()


def test_a_refusal_of_dates_is_shown_beside_them(cast, thread):
    days = {"from": "2026-03-10", "to": "2026-03-09"}
    answer = post(cast.ben, "text", **days)
    sentence = "The first day is after the last one."
    assert (answer.status_code, errors(answer), sentence in answer.content.decode()) == (400, ["dates"], True)
    assert [field["aria-invalid"] for field in elements(answer, "input", type="date")] == ["true", "true"]
    assert elements(answer, "input", id="search")[0].get("aria-invalid") is None
    [results] = elements(page_client(cast.ben).post("/chat/results", {"q": "text", **days}), class_="search__results")
    assert (results["data-error-at"], sentence in results["data-error"]) == ("dates", True)


def test_dates_that_narrow_are_shown(cast, thread):
    [closed] = elements(post(cast.ben, "text"), "details", class_="search__dates")
    [opened] = elements(post(cast.ben, "text", **{"to": "2999-12-31"}), "details", class_="search__dates")
    assert ("open" in closed, "open" in opened) == (False, True)


def test_the_words_of_a_file_are_shown_with_its_name(cast):
    upload = SimpleUploadedFile("Ordonnance de mars.pdf", pdf())
    files = [add_attachment(cast.ada, chat_id=cast.chat.pk, upload=upload)[0].pk]
    store_messages([Draft.checked(cast.ada, chat_id=cast.chat.pk, text="Pour votre œil", attachment_ids=files)])
    content = post(cast.ben, "oeil ordonnance").content.decode()
    assert "Pour votre <mark>œil</mark>" in content
    assert "<mark>Ordonnance</mark> de mars.pdf" in content
    assert "de mars.pdf" not in post(cast.ben, "oeil").content.decode()


def test_it_continues_after_the_last_result(cast):
    messages = post_texts(cast.ben, cast.chat, *[f"mot {number}" for number in range(40)])
    answer = post(cast.ada, "mot")
    shown = elements(answer, "a", class_="result")
    [button] = elements(answer, "button", name="before")
    assert (len(shown), button["value"]) == (30, str(messages[10].pk))
    assert "More than 30 results" in answer.content.decode()
    rest = post(cast.ada, "mot", before=button["value"])
    assert "Older results for" in rest.content.decode()
    assert len(elements(rest, "a", class_="result")) == 10
    assert not elements(rest, "button", name="before")


def test_the_count_is_of_all_that_is_shown(cast):
    messages = post_texts(cast.ben, cast.chat, *["mot"] * 70)
    for before, shown, words in ((messages[40], 30, "More than 60 results"), (messages[10], 60, "70 results")):
        answer = page_client(cast.ada).post("/chat/results", {"q": "mot", "before": before.pk, "shown": shown})
        assert f"{words} for “mot”" in answer.content.decode()


def test_as_much_as_was_shown_comes_back_at_once(cast, monkeypatch):
    monkeypatch.setattr("chat.pages.search.MOST_RESULTS", 60)
    post_texts(cast.ben, cast.chat, *["mot"] * 70)
    for limit, count in ((45, 45), (1000, 60), ("", 30)):
        answer = page_client(cast.ada).post("/chat/results", {"q": "mot", "limit": limit})
        assert len(elements(answer, "a", class_="result")) == count
        assert f"More than {count} results" in answer.content.decode()
    assert page_client(cast.ada).post("/chat/results", {"q": "mot", "limit": "x"}).status_code == 400


def test_it_can_stay_in_one_conversation(cast):
    other = Chat.objects.create(doctor=cast.ada, patient=cast.cora)
    for patient, chat in ((cast.ben, cast.chat), (cast.cora, other)):
        post_texts(patient, chat, "mot")
    query = f"?chat={other.pk}"
    form = page_client(cast.ada).get(SEARCH["doctor"] + query)
    [here, everywhere] = elements(form, "input", name="chat_id", type="radio")
    assert (here["value"], "checked" in here, "checked" in everywhere) == (str(other.pk), True, False)
    assert len(elements(post(cast.ada, "mot", query, chat_id=other.pk), "a", class_="result")) == 1
    assert len(elements(post(cast.ada, "mot", query, chat_id=""), "a", class_="result")) == 2


def test_strangers_find_and_see_nothing(cast, client, thread):
    for query, more in (("", {"chat_id": cast.chat.pk}), (f"?chat={cast.chat.pk}", {})):
        assert post(cast.cora, "text", query, **more).status_code == 404
    assert not elements(post(cast.dan, "text"), "a", class_="result")
    assert client.post(SEARCH["patient"], {"q": "text"})["Location"].startswith("/accounts/login/")
    assert client.post("/chat/results", {"q": "text"}).status_code == 401
    assert page_client(cast.ben).get("/chat/results").status_code == 405
    assert page_client(cast.ben).post(SEARCH["doctor"], {"q": "text"}).status_code == 403
    assert page_client(cast.admin).post("/chat/results", {"q": "text"}).content.count(b'class="result"') == 0


def test_it_needs_the_token_of_the_form(cast, thread):
    client = page_client(cast.ben)
    client.handler.enforce_csrf_checks = True
    assert client.post(SEARCH["patient"], {"q": "text"}).status_code == 403


def test_scripts_get_the_results_alone(cast, thread):
    client = page_client(cast.ben)
    answer = client.post(f"/chat/results?chat={cast.chat.pk}", {"q": "text 3", "chat_id": cast.chat.pk})
    assert len(elements(answer, "a", class_="result")) == 1
    assert not elements(answer, "html")
    whole = post(cast.ben, "text 3", f"?chat={cast.chat.pk}", chat_id=cast.chat.pk)
    assert elements(whole, "a", class_="result") == elements(answer, "a", class_="result")


def test_a_thread_opens_at_a_message(cast):
    ids = [message.pk for message in post_texts(cast.ben, cast.chat, *[f"text {number}" for number in range(160)])]
    client, url = page_client(cast.ada), f"/professional/chat/{cast.chat.pk}"
    middle = client.get(f"{url}?at={ids[80]}")
    assert list(rows(middle)) == ids[55:106]
    hrefs = [link.get("href") for link in elements(middle, "a")]
    before, after = f"{url}?before={ids[55]}", f"{url}?after={ids[105]}"
    assert {before, f"{after}#part"} < set(hrefs)
    assert list(rows(client.get(before))) == ids[5:55]
    assert list(rows(client.get(after))) == ids[106:156]
    end = client.get(f"{url}?after={ids[155]}")
    assert list(rows(end)) == ids[156:]
    assert "hidden" in elements(end, class_="newer")[0]
    assert elements(end, "chat-thread")[0]["data-has-newer"] == "false"
    start = client.get(f"{url}?at={ids[3]}")
    assert "hidden" in elements(start, class_="older")[0]
    assert list(rows(start)) == ids[:29]


def test_a_message_of_the_newest_part_opens_the_newest_part(cast, thread):
    client = page_client(cast.ada)
    answer = client.get(f"/professional/chat/{cast.chat.pk}?at={thread[2].pk}")
    assert elements(answer, "chat-thread")[0]["data-has-newer"] == "false"
    for query in ("at=x", "at=0", "at=1&before=2", "after=1&before=2"):
        assert client.get(f"/professional/chat/{cast.chat.pk}?{query}").status_code == 400


def test_queries_do_not_grow_with_what_is_found(cast):
    def count():
        client = page_client(cast.ada)
        client.post(SEARCH["doctor"], {"q": "mot"})
        with CaptureQueriesContext(connection) as queries:
            client.post(SEARCH["doctor"], {"q": "mot"})
        return len(queries)

    post_texts(cast.ben, cast.chat, "mot")
    few = count()
    post_texts(cast.ben, cast.chat, *["mot"] * 29)
    assert (count(), Message.objects.count()) == (few, 30)
