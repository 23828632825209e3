"""A broken index, and a search that takes too long: an error and a count, never an endless wait."""

import io
import itertools
import logging
import time

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.db.models import F
from prometheus_client import REGISTRY

from chat.models import SearchPart, SearchWord
from chat.search import bounds, find, index
from chat.search.background import Indexer
from chat.services import corrections
from chat.tests.pages.conftest import elements
from chat.tests.search.conftest import SEARCH, ids_of, post_texts
from chatsite.testing import api_client, page_client
from chatsite.testing.locks import locked_row

pytestmark = pytest.mark.django_db


def refused(user, counter):
    """Search, be refused, and be counted once."""
    before = REGISTRY.get_sample_value(f"{counter}_total")
    answer = api_client(user).post(SEARCH, {"q": "fievre"}, format="json")
    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert REGISTRY.get_sample_value(f"{counter}_total") == before + 1
    return answer.json()["message"]


@pytest.fixture
def broken(cast, search, monkeypatch):
    """A full part that ends before it begins: the next one would begin at the same place. Returns the ids."""
    monkeypatch.setattr(index, "PART", 2)
    ids = post_texts(cast.ben, cast.chat, "fièvre hier", "fièvre et toux")
    search(cast.ada, "fievre")
    SearchPart.objects.filter(message_count=0).delete()
    SearchPart.objects.update(last_message_id=F("first_message_id") - 1)
    return ids + post_texts(cast.ben, cast.chat, "fièvre encore")


def test_a_broken_index_is_an_error(cast, broken, caplog):
    assert refused(cast.ada, "chat_index_failures").startswith("The index of the messages cannot be used")
    [record] = [record for record in caplog.records if record.name == "chat.search"]
    assert record.getMessage() == "the index of a chat is broken (IntegrityError)"
    # The place is logged, the message of the database is not.
    printed = logging.Formatter().format(record)
    assert "_open_part" in printed
    assert "search_parts" not in printed


def test_what_the_database_quotes_is_not_logged(cast, search, monkeypatch, caplog):
    def refuse(part, bits):
        raise IntegrityError(1062, f"Duplicate entry '7-{max(bits)}' for key 'PRIMARY'")

    post_texts(cast.ben, cast.chat, "fièvre")
    monkeypatch.setattr(index, "_save", refuse)
    refused(cast.ada, "chat_index_failures")
    assert "fievre" not in "\n".join(map(logging.Formatter().format, caplog.records))


def test_a_place_that_is_not_there_is_an_error(cast, search):
    post_texts(cast.ben, cast.chat, "fièvre")
    search(cast.ada, "fievre")
    SearchWord.objects.filter(word="fievre").update(bits=b"\x04")
    refused(cast.ada, "chat_index_failures")


def test_the_page_keeps_the_query_and_shows_an_error(cast, broken):
    client, asked = page_client(cast.ada), {"q": "fievre", "from": "2026-03-01"}
    answer = client.post("/professional/chat/search", asked)
    assert answer.status_code == 503
    assert elements(answer, "input", id="search")[0]["value"] == "fievre"
    assert elements(answer, "input", id="search")[0].get("aria-invalid") is None
    assert "The service is away for a moment." in answer.content.decode()
    lines = [line for line in elements(answer, "p", class_="field__error") if "data-error-for" in line]
    errors = [line["data-error-for"] for line in lines if "hidden" not in line]
    assert errors == ["form"]
    assert client.post("/chat/results", asked).status_code == 503


@pytest.mark.parametrize("change", ["correct", "retract"])
def test_a_change_is_made_and_the_index_rebuilt(cast, search, broken, change):
    if change == "correct":
        corrections.correct(cast.ben, message_id=broken[0], text="toux")
    else:
        corrections.retract(cast.ben, message_id=broken[0])
    assert not SearchPart.objects.exists()
    assert not SearchWord.objects.exists()
    assert ids_of(search(cast.ada, "fievre")) == broken[:0:-1]


def test_a_change_of_what_is_not_indexed_yet_indexes_nothing(cast, search):
    [pk] = post_texts(cast.ben, cast.chat, "fièvre")
    corrections.correct(cast.ben, message_id=pk, text="toux")
    assert not SearchWord.objects.exists()
    assert ids_of(search(cast.ada, "toux")) == [pk]


def test_the_background_task_continues(cast, broken, monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    indexer = Indexer()
    indexer._chats = {cast.chat.pk}
    before = REGISTRY.get_sample_value("chat_index_failures_total")
    indexer._empty()
    assert (indexer._chats, REGISTRY.get_sample_value("chat_index_failures_total")) == (set(), before + 1)


def test_the_command_rebuilds_a_broken_index(cast, search, broken):
    before = REGISTRY.get_sample_value("chat_index_failures_total")
    call_command("index_messages", stdout=io.StringIO())
    assert REGISTRY.get_sample_value("chat_index_failures_total") == before + 1
    assert ids_of(search(cast.ada, "fievre")) == broken[::-1]


@pytest.fixture
def clock(monkeypatch):
    """Each reading of the clock takes a second."""
    seconds = itertools.count()
    monkeypatch.setattr(bounds.time, "monotonic", lambda: next(seconds))


def test_it_takes_in_for_no_longer_than_the_patience(cast, search, settings, monkeypatch, clock):
    settings.DATABASE_PATIENCE = 4
    monkeypatch.setattr(index, "PART", 1)
    ids = post_texts(cast.ben, cast.chat, *(f"fièvre {number}" for number in range(9)))
    assert refused(cast.ada, "chat_searches_timed_out") == "The search took too long. Try again in a moment."
    taken = SearchPart.objects.count()
    assert 0 < taken < 9
    # What was indexed stays indexed: each try gets further.
    refused(cast.ada, "chat_searches_timed_out")
    assert SearchPart.objects.count() > taken
    settings.DATABASE_PATIENCE = 0
    assert ids_of(search(cast.ada, "fievre")) == ids[::-1]


def test_it_looks_for_no_longer_than_the_patience(cast, search, settings, monkeypatch, clock):
    monkeypatch.setattr(find, "_FEW", 1)
    monkeypatch.setattr(index, "PART", 1)
    post_texts(cast.ben, cast.chat, *(f"fièvre {number}" for number in range(9)))
    search(cast.ada, "fievre")
    settings.DATABASE_PATIENCE = 2
    refused(cast.ada, "chat_searches_timed_out")


@pytest.mark.mysql
@pytest.mark.django_db(transaction=True)
def test_a_locked_part_is_waited_for_once(cast, search, settings):
    post_texts(cast.ben, cast.chat, "fièvre")
    search(cast.ada, "fievre")
    post_texts(cast.ben, cast.chat, "fièvre")
    settings.DATABASE_PATIENCE = 1
    client, begin = api_client(cast.ada), time.monotonic()
    with locked_row(SearchPart.objects.get()):
        answer = client.post(SEARCH, {"q": "fievre"}, format="json")
        took = time.monotonic() - begin
    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    assert took < 4
