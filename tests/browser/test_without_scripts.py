"""Without scripts no inactive control looks active, and every part of a message can be reached."""

import re

import pytest
from playwright.sync_api import expect

from chat.tests.files import samples


@pytest.fixture
def open_plain(sign_in, people):
    """The conversation in a browser of the doctor's that runs no scripts."""

    def open_plain():
        return sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}", width=375, java_script_enabled=False)

    return open_plain


def test_what_cannot_be_pressed_is_no_button(talk, open_plain):
    doctor, patient = talk
    patient.do("La cheville a enflé.", "ask-correct")
    patient.page.locator("#correction").fill("Le genou a enflé.")
    patient.button("Corriger").click()
    doctor.screen.sees_sent("Le genou a enflé.")
    doctor.react("Le genou a enflé.", "Merci")
    expect(patient.page.locator(".reaction")).to_be_visible()
    doctor.do("Le genou a enflé.", "reply")
    with doctor.page.expect_response("**/draft"):
        doctor.screen.text.press_sequentially("Depuis quand ?")

    page = open_plain()

    reaction, corrected = page.locator(".reaction"), page.locator(".message__versions")
    expect(reaction).to_contain_text("Merci")
    expect(reaction).to_have_css("border-top-width", "0px")
    expect(reaction).to_have_css("cursor", "default")
    expect(corrected).to_have_text(re.compile(r"^Corrigé à \d+:\d\d.:"))
    expect(corrected).to_have_css("text-decoration-line", "none")
    expect(page.locator("reply-quote")).to_contain_text("Le genou a enflé.")
    expect(page.locator("[data-action=cancel-reply]")).to_be_hidden()
    expect(doctor.page.locator("[data-action=cancel-reply]")).to_be_visible()


def test_all_photos_can_be_reached(talk, open_plain, tmp_path):
    doctor, patient = talk
    for number in range(10):
        (tmp_path / f"{number}.png").write_bytes(samples.png())
    patient.screen.choose(*(tmp_path / f"{number}.png" for number in range(10)))
    expect(patient.screen.ready).to_have_count(10)
    patient.screen.send("Dix photos")
    doctor.screen.sees_sent("Dix photos")
    expect(doctor.page.locator(".photos a").filter(visible=True)).to_have_count(4)

    page = open_plain()

    links = page.locator(".photos a").filter(visible=True)
    expect(links).to_have_count(10)
    expect(page.locator(".photos__more")).to_be_hidden()
    boxes = [link.bounding_box() for link in links.all()]
    assert len({(box["x"], box["y"]) for box in boxes}) == 10
    assert all(min(box["width"], box["height"]) > 100 for box in boxes)
