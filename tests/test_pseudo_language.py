"""Every word on a page can be translated: with a catalogue that marks its words, no unmarked word is left."""

import json
import re
from copy import copy
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils.translation import trans_real

from accounts.models import User
from appointments.tests import book
from chat.tests.talk import post_message
from chatsite.formats.fr.formats import SHORT_MONTHS, SHORT_WEEKDAYS
from chatsite.testing import page_client

pytestmark = pytest.mark.django_db

SPOKEN = {"title", "alt", "placeholder", "aria-label", "aria-description", "aria-roledescription", "aria-valuetext"}
UNSPOKEN = {"style", "script", "svg"}
# People's own words are Greek here. The rest is the same in every language, or from `chatsite.formats`.
SAME = re.compile(
    "|".join([*map(re.escape, sorted([*SHORT_MONTHS, *SHORT_WEEKDAYS], key=len, reverse=True)), r"\b1er\b"])
    + r"|\S+@\S+|\b[A-Z]\w+/[\w /+-]+|\bUTC\b|Français|English|\bAlt\b|(?:\d|\b)(?:PDF|JPEG)\b"
)


class Words(HTMLParser):
    """The texts of a page that somebody sees or hears."""

    def __init__(self):
        super().__init__()
        self.found, self.data, self._open, self._depth = [], None, [], 0

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        self.found += [known[name] for name in SPOKEN & known.keys() if known[name]]
        if tag in UNSPOKEN:
            self._open.append(tag)
            self.data = "" if known.get("id") == "page" else self.data

    def handle_endtag(self, tag):
        if self._open and tag == self._open[-1]:
            self._open.pop()

    def handle_data(self, data):
        if not self._open:
            # An element inside a string divides its text.
            self.found.append(f"⟦{data}" if self._depth else data)
            self._depth += data.count("⟦") - data.count("⟧")
        elif self.data == "":
            self.data = data


def unmarked(text):
    """What is left of a text without its marked words, those of people, and what is the same in every language."""
    # An element inside a string leaves its beginning in one text and its end in another.
    while (shorter := re.sub(r"⟦[^⟦⟧]*(⟧|$)|^[^⟦⟧]*⟧", "", text)) != text:
        text = shorter
    return re.search(r"[A-Za-zÀ-ÿ]{2,}", SAME.sub("", text))


def texts_in(words):
    for value in words.values():
        yield from texts_in(value) if isinstance(value, dict) else [value]


@pytest.fixture
def marked(monkeypatch):
    """French, with each string of the catalogue in brackets."""
    french = copy(trans_real.translation("fr"))
    french._catalog = copy(french._catalog)
    french._catalog._catalogs = [
        {key: f"⟦{words}⟧" if key else words for key, words in catalogue.items()}
        for catalogue in french._catalog._catalogs
    ]
    monkeypatch.setitem(trans_real._translations, "fr", french)


@pytest.fixture
def greek(cast):
    """Two people whose names and words are in no Latin letter, in French."""
    for person, name in ((cast.ada, "Αδα"), (cast.ben, "Βεν")):
        User.objects.filter(pk=person.pk).update(
            first_name=name, last_name="Ωμ", title="", specialty="Ωω", language="fr", birth_date="1980-01-01"
        )
    post_message(cast.ben, cast.chat, "λόγος")
    post_message(cast.ada, cast.chat, "λέξη")
    return cast, book(cast.ada, cast.ben, reason="Ρ", place="")


PATHS = {
    None: ["/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/password/reset/done/"],
    "ben": [
        "/patient/chat", "/patient/chat/{chat}", "/patient/chat/{chat}/files", "/patient/chat/search?q=λόγος",
        "/patient/visits", "/patient/visits/{appointment}", "/accounts/profile", "/accounts/password/change/",
        "/accounts/logout/", "/nowhere",
    ],
    "ada": [
        "/professional/chat", "/professional/chat/{chat}", "/professional/chat?filter=unread",
        "/professional/consultations", "/professional/consultations/{appointment}",
        "/professional/consultations/{appointment}/reschedule", "/professional/consultations/new",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", PATHS, ids=str)
def test_no_word_of_a_page_is_outside_the_catalogue(marked, greek, settings, name):
    settings.CLINIC_NAME = "Κ"
    people, appointment = greek
    client = page_client(getattr(people, name)) if name else Client(headers={"Accept-Language": "fr"})
    for path in PATHS[name]:
        answer = client.get(path.format(chat=people.chat.pk, appointment=appointment.pk))
        assert answer["Content-Type"].startswith("text/html"), path
        page = Words()
        page.feed(answer.content.decode())
        assert any("⟦" in text for text in page.found), path
        spoken = [*page.found, *texts_in(json.loads(page.data)["words"] if page.data else {})]
        assert [text for text in spoken if unmarked(text)] == [], path
