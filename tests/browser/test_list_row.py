"""A row of the list that events have changed is the row that the server draws at that moment."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.canonical import CANONICAL
from tests.browser.hand import Hand
from tests.browser.screen import Screen

# The fragment has no current row.
DRAWN = f"""(row) => {{
  const copy = row.cloneNode(true);
  copy.querySelector("a").removeAttribute("aria-current");
  return ({CANONICAL})(copy);
}}"""
PARSED = f"""(html) => {{
  const template = document.createElement("template");
  template.innerHTML = html;
  return ({DRAWN})(template.content.querySelector("li"));
}}"""
FAMILY, FLAG = "👨‍👩‍👧‍👦", "🇫🇷"


class Row:
    """The row on the doctor's page, and what the page asked for to show it."""

    def __init__(self, page, chat_id):
        self.page, self.url, self.shown = page, f"/chat/{chat_id}/row", Screen(page).row_of(chat_id)
        self.asked = []
        page.on("request", lambda request: request.url.endswith("/row") and self.asked.append(request.url))

    def is_drawn(self, *, fetched=False):
        """Wait until events have made it what the server draws, with or without a request for it."""
        deadline = time.monotonic() + 15
        while (shown := self.shown.evaluate(DRAWN)) != (drawn := self.drawn()) and time.monotonic() < deadline:
            self.page.wait_for_timeout(100)
        assert shown == drawn
        assert bool(self.asked) == fetched

    def drawn(self):
        return self.page.evaluate(PARSED, self.page.context.request.get(self.url).text())


@pytest.fixture
def row(sign_in, people):
    """Of an empty conversation, on a phone: nothing is read there."""
    page = sign_in(people.doctor, width=375)
    expect(Screen(page).list_banner).to_have_attribute("data-state", "live")
    return Row(page, people.chat_id)


@pytest.fixture
def doctor(row, people):
    return Hand(row.page, people.chat_id)


@pytest.fixture
def patient(sign_in, people):
    page = sign_in(people.patient, at="/accounts/profile", width=375)
    return Hand(page, people.chat_id)


TEXTS = {
    "short": ("Bonjour & <b>merci</b>", "Bonjour & <b>merci</b>"),
    "lines": ("Bonjour,\r\n\r\n  ma cheville\nenfle\t! ", "Bonjour, ma cheville enfle !"),
    "right to left": ("مرحبا", "مرحبا"),
    "as long as it may be": ("é" * 140, "é" * 140),
    "too long": ("é" * 141, "é" * 139 + "…"),
    "family at the cut": ("a" * 137 + FAMILY + "b" * 9, "a" * 137 + "…"),
    "flags at the cut": ("a" * 136 + FLAG * 4, "a" * 136 + FLAG + "…"),
    "accent at the cut": ("a" * 138 + "e\u0301" + "b" * 9, "a" * 138 + "…"),
    "decomposed": ("e\u0301" * 70 + "b", "e\u0301" * 69 + "…"),
}


@pytest.mark.parametrize(("text", "words"), TEXTS.values(), ids=TEXTS)
def test_a_text_is_drawn_as_by_the_server(row, doctor, patient, text, words):
    last = row.shown.locator(".conversation__last")
    patient.send(text)
    expect(last).to_have_text(words)
    row.is_drawn()

    doctor.send(text)
    expect(last).to_have_text(f"Vous\u202f: {words}")
    row.is_drawn()


FILES = {
    "photo": ("", ["gorge.jpg"], "Photo"),
    "photo with words": ("Voici ma gorge", ["gorge.jpg"], "Voici ma gorge"),
    "document": ("", ["ordonnance.pdf"], "ordonnance.pdf"),
    "document with words": ("Mon ordonnance", ["ordonnance.pdf"], "Mon ordonnance"),
    "several, a photo first": ("", ["gorge.jpg", "ordonnance.pdf"], "Photo"),
    "several, a document first": ("", ["ordonnance.pdf", "gorge.jpg"], "ordonnance.pdf"),
}


@pytest.mark.parametrize(("text", "names", "words"), FILES.values(), ids=FILES)
def test_files_are_drawn_as_by_the_server(row, doctor, patient, text, names, words):
    last = row.shown.locator(".conversation__last")
    patient.send(text, *names)
    expect(last).to_have_text(words)
    row.is_drawn()

    doctor.send(text, *names)
    expect(last).to_have_text(f"Vous\u202f: {words}")
    row.is_drawn()

    patient.send("Merci")
    expect(last).to_have_text("Merci")
    row.is_drawn()


def test_a_changed_message_is_drawn_as_by_the_server(row, patient):
    message_id = patient.send("La cheville droite")
    expect(row.shown).to_contain_text("droite")
    patient.call("PATCH", f"message/{message_id}", data={"message_text": "La cheville gauche"})
    expect(row.shown).to_contain_text("gauche")
    row.is_drawn(fetched=True)

    patient.call("DELETE", f"message/{message_id}")
    expect(row.shown).to_contain_text("Message retiré")
    row.is_drawn(fetched=True)

    patient.send("Je recommence")
    expect(row.shown).to_contain_text("Je recommence")
    row.is_drawn(fetched=True)


def test_a_draft_is_drawn_as_by_the_server(row, doctor, patient):
    draft = row.shown.locator(".conversation__draft")
    for text in ("Bonjour <Monsieur>,\r\nvos résultats", "a" * 137 + FAMILY + "b" * 9):
        doctor.draft(text)
        expect(draft).to_contain_text(text[:7])
        row.is_drawn()

    patient.send("Avez-vous mes résultats ?")
    expect(row.shown.locator(".badge")).to_have_count(1)
    row.is_drawn()

    doctor.draft("")
    expect(draft).to_have_count(0)
    row.is_drawn()


def test_the_badge_is_drawn_as_by_the_server(row, doctor, patient):
    badge = row.shown.locator(".badge")
    for count in ("1", "2"):
        patient.send(f"Ligne {count}")
        expect(badge.locator("[aria-hidden]")).to_have_text(count)
        row.is_drawn()

    doctor.read()
    expect(badge).to_have_count(0)
    row.is_drawn()

    doctor.mark_unread()
    expect(badge).to_have_count(1)
    row.is_drawn()

    patient.send("Ligne 3")
    expect(row.shown).to_contain_text("Ligne 3")
    row.is_drawn()

    doctor.send("Je réponds")
    expect(row.shown).to_contain_text("Je réponds")
    row.is_drawn()


def test_a_mark_that_is_taken_back_leaves_nothing(row, doctor, patient):
    patient.send("Bonjour")
    expect(row.shown.locator(".badge")).to_have_count(1)
    doctor.mark_unread()
    row.is_drawn()
    doctor.read()
    expect(row.shown.locator(".badge")).to_have_count(0)
    row.is_drawn()


def test_more_than_the_badge_shows_is_drawn_as_by_the_server(row, patient, people, backstage):
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=[f"Ligne {n}" for n in range(98)])
    with row.page.expect_response("**/chat/rows*"):
        row.page.reload()
    for count, shown in ((99, "99"), (100, "99+"), (101, "99+")):
        patient.send("Encore")
        expect(row.shown.locator(".badge .visually-hidden")).to_have_text(f"{count} messages non lus")
        expect(row.shown.locator(".badge [aria-hidden]")).to_have_text(shown)
        row.is_drawn()


def test_what_waited_to_be_delivered_is_drawn_as_by_the_server(row, patient, people, backstage):
    """The page was drawn before the server knew that this device has the message."""
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=["Pendant la nuit"])
    with row.page.expect_response("**/chat/rows*"):
        row.page.reload()
    expect(row.shown).to_contain_text("Pendant la nuit")
    row.is_drawn()


def test_nothing_of_typing_stays(row, sign_in, people):
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", width=375)
    Screen(page).is_live()
    Screen(page).text.press_sequentially("Je")
    expect(row.shown).to_contain_text("écrit…")
    expect(row.shown).not_to_contain_text("écrit…")
    row.is_drawn()


def test_a_closed_account_is_drawn_as_by_the_server(row, patient, people, switch):
    patient.send("Au revoir")
    expect(row.shown).to_contain_text("Au revoir")
    tag = row.shown.locator(".conversation__tag")
    switch(people.patient, "deactivate")
    expect(tag).to_have_count(1)
    row.is_drawn(fetched=True)
    switch(people.patient, "activate")
    expect(tag).to_have_count(0)
    row.is_drawn(fetched=True)


def test_that_somebody_was_not_reached_goes_as_soon_as_they_read(row, patient, people, backstage):
    backstage.begun(chat_id=people.chat_id, days_ago=9)
    backstage.post(chat_id=people.chat_id, sender_id=people.doctor.id, texts=["Venez me voir"], days_ago=4)
    row.page.reload()
    tag = row.shown.locator(".conversation__tag")
    expect(tag).to_have_text("Pas joint depuis 4 jours")
    expect(Screen(row.page).list_banner).to_have_attribute("data-state", "live")
    patient.read()
    expect(tag).to_have_count(0)
    row.is_drawn(fetched=True)
