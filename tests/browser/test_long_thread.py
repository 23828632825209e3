"""A long conversation: few rows are on the page, what is read stays where it is, and a send draws little anew."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen, wait_until

MOST = """() => {
  const list = document.querySelector("ol.messages");
  window.most = 0;
  new MutationObserver(() => (window.most = Math.max(window.most, list.querySelectorAll(".message").length)))
    .observe(list, { childList: true });
}"""
EDGE = "(row) => row.getBoundingClientRect().top - row.closest('.thread__scroll').getBoundingClientRect().top"


# Styles inside a size container are counted as layout.
COUNTED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".thread { container: none !important; }");
  document.adoptedStyleSheets.push(sheet);
}"""


@pytest.fixture
def long(backstage, people):
    """700 messages of both, all read; some are long."""
    ids = []
    for start in range(0, 700, 50):
        sender = people.doctor if start % 100 else people.patient
        texts = [f"Message {number}" + " Encore des mots." * (number % 9 * 3) for number in range(start, start + 50)]
        ids += backstage.post(chat_id=people.chat_id, sender_id=sender.id, texts=texts)
    for reader in (people.doctor, people.patient):
        backstage.read(chat_id=people.chat_id, reader_id=reader.id)
    return ids


def resize(screen, size):
    screen.page.set_viewport_size(size)
    screen.page.wait_for_function("({ width, height }) => innerWidth === width && innerHeight === height", arg=size)
    screen.settles()


def ids(screen):
    return screen.stored.evaluate_all("rows => rows.map((row) => Number(row.dataset.messageId))")


def reaches(screen, row, edge):
    """Scroll until this message is there; `edge`: the row to go on from."""
    for _ in range(60):
        if row.count():
            return
        shown = edge.get_attribute("data-message-id")
        edge.evaluate("row => row.scrollIntoView({ block: 'center' })")
        wait_until(screen.page, lambda shown=shown: row.count() or edge.get_attribute("data-message-id") != shown)
    raise AssertionError("It does not come.")


def test_a_send_draws_little_anew(sign_in, people, long):
    """A rule of `:has()` for an element without a class would make the browser ask for the style of the whole page."""
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}")
    patient = Screen(page)
    patient.is_live()
    page.evaluate(COUNTED)
    patient.text.fill("Bien noté")
    elements = page.evaluate("document.querySelectorAll('*').length")
    page.context.browser.start_tracing(page=page, categories=["disabled-by-default-devtools.timeline"])
    patient.text.press("Enter")
    patient.sees_sent("Bien noté")
    events = json.loads(page.context.browser.stop_tracing())["traceEvents"]
    most = max(event["args"].get("elementCount", 0) for event in events if event["name"] == "UpdateLayoutTree")
    assert 0 < most < elements / 8


def test_few_rows_are_on_the_page_from_end_to_end(sign_in, people, long):
    doctor = Screen(sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}"))
    doctor.is_live()
    doctor.page.evaluate(MOST)
    row = "[data-message-id='{}']".format
    first, last = doctor.page.locator(row(long[0])), doctor.page.locator(row(long[-1]))

    reaches(doctor, first, doctor.stored.first)
    assert ids(doctor)[0] == long[0]
    expect(last).to_have_count(0)
    expect(doctor.jump).to_be_visible()
    reaches(doctor, last, doctor.stored.last)

    shown = ids(doctor)
    assert shown == long[-len(shown) :]
    assert doctor.page.evaluate("window.most") <= 400
    doctor.send("Tout à la fin")
    doctor.sees_sent("Tout à la fin")
    expect(doctor.message("Tout à la fin")).to_be_in_viewport()


@pytest.mark.parametrize("at", [300, 305])
def test_what_is_read_stays_where_it_is(sign_in, people, long, at):
    """A short message at the top, or the middle of a long one."""
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}?at={long[at]}", width=375, height=740)
    patient = Screen(page)
    patient.is_live()
    row = page.locator(f"[data-message-id='{long[at]}']")
    expect(row).to_be_in_viewport()
    page.wait_for_load_state("networkidle")
    before = row.evaluate(EDGE)

    for size in ({"width": 740, "height": 375}, {"width": 375, "height": 420}, {"width": 375, "height": 740}):
        resize(patient, size)
        assert abs(row.evaluate(EDGE) - before) < 3, size
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    patient.settles()
    assert abs(row.evaluate(EDGE) - before) < 3
    page.evaluate("document.documentElement.style.fontSize = ''")
    patient.settles()
    assert abs(row.evaluate(EDGE) - before) < 3


def test_who_is_at_the_end_stays_there(sign_in, people, long):
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", width=375, height=740)
    patient = Screen(page)
    expect(patient.stored.last).to_be_in_viewport()
    for size in ({"width": 740, "height": 375}, {"width": 375, "height": 420}):
        resize(patient, size)
        assert patient.scroller.evaluate("scroller => scroller.scrollTop") == 0


def test_paper_says_what_is_missing(sign_in, people, long):
    page = sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}")
    Screen(page).is_live()
    page.emulate_media(media="print")
    names, older = page.locator(".printed"), page.locator(".older .print-only")
    expect(names).to_be_visible()
    expect(names).to_contain_text("Conversation entre le médecin Dr. Ada Martin et le patient Ben Durand")
    expect(names).to_contain_text("imprimée le")
    expect(older).to_be_visible()
    expect(page.locator(".newer .print-only")).to_be_hidden()

    page.emulate_media(media="screen")
    page.goto(f"/professional/chat/{people.chat_id}/print")
    expect(page.locator(".message")).to_have_count(700)
    expect(page.locator(".message").first).to_contain_text("Ben Durand")
    expect(page.get_by_role("button", name="Imprimer")).to_be_visible()


def test_the_keys_lead_to_both_ends(sign_in, people, long):
    """The newest message is not on the page, and the oldest one neither."""
    doctor = Screen(sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}?at={long[300]}"))
    doctor.is_live()
    told = doctor.page.locator("[data-announce]")
    doctor.page.locator(f"[data-message-id='{long[300]}']").focus()

    doctor.page.keyboard.press("Home")
    expect(told).to_contain_text("Le plus ancien des messages chargés")
    expect(doctor.page.locator(f"[data-message-id='{long[699]}']")).to_have_count(0)
    doctor.page.keyboard.press("End")

    expect(doctor.page.locator(f"[data-message-id='{long[699]}']")).to_be_focused()
    expect(told).to_contain_text("Les messages les plus récents se chargent")
    expect(doctor.stored.last).to_be_in_viewport()
