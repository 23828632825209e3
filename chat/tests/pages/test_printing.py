"""/patient/chat/<id>/print and /professional/chat/<id>/print: a whole conversation on paper."""

import pytest

from chat.pages import printing
from chat.tests.files import samples
from chat.tests.pages.conftest import elements, post_texts, rows
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db


def text_of(answer):
    return " ".join(answer.content.decode().split())


def test_it_has_all_messages_with_their_authors(cast, thread):
    post_texts(cast.ben, cast.chat, *[f"more {number}" for number in range(60)])
    for user, side in ((cast.ada, "professional"), (cast.ben, "patient")):
        answer = page_client(user).get(f"/{side}/chat/{cast.chat.pk}/print")
        assert len(rows(answer)) == 70
        text = text_of(answer)
        assert "doctor <bdi>Dr. Ada Martin</bdi> and the patient <bdi>Ben Durand</bdi>" in text
        assert "printed on" in text
        assert '<span class="visually-hidden">Ben Durand: </span>' in text
        assert "on another page" not in text


def test_it_says_what_is_missing(cast, thread, monkeypatch):
    monkeypatch.setattr(printing, "PRINT_ROWS", 4)
    client, url = page_client(cast.ada), f"/professional/chat/{cast.chat.pk}/print"
    newest = client.get(url)
    assert list(rows(newest)) == [message.pk for message in thread[6:]]
    older = f"{url}?before={thread[6].pk}"
    assert [link for link in elements(newest, "a") if link.get("href") == older]
    assert "Older messages are on another page." in text_of(newest)
    middle = client.get(older)
    assert list(rows(middle)) == [message.pk for message in thread[2:6]]
    assert "Newer messages are on another page." in text_of(middle)
    assert client.get(f"{url}?before=x").status_code == 400


def test_its_photos_do_not_wait_until_they_are_seen(cast):
    client = page_client(cast.ben)
    upload = samples.upload(samples.jpeg(), "knee.jpg")
    client.post(f"/patient/chat/{cast.chat.pk}", {"message_text": "", "file": upload})
    printed = client.get(f"/patient/chat/{cast.chat.pk}/print")
    [photo] = [found for found in elements(printed, "img") if "width" in found]
    assert "loading" not in photo


def test_it_is_for_its_two_people(cast, thread):
    assert page_client(cast.cora).get(f"/patient/chat/{cast.chat.pk}/print").status_code == 404
