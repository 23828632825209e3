"""Where colours are the reader's own, or must differ more: edges say what tints say. Seen in pictures of the page."""

import io

import pytest
from PIL import Image

from tests.browser.screen import Screen


def picture(page):
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def edge(image, box, side="left"):
    """How much the strongest line along a side of a box differs from the ground before it, 0 to 255."""
    middle = round(box["y"] + box["height"] / 2)
    start = box["x"] if side == "left" else box["x"] + box["width"]
    ground = image.getpixel((round(start) + (-6 if side == "left" else 6), middle))
    line = [image.getpixel((round(start) + step, middle)) for step in range(-3, 4)]
    return max(max(abs(one - other) for one, other in zip(pixel, ground, strict=True)) for pixel in line)


@pytest.fixture(params=[{"forced_colors": "active"}, {"contrast": "more"}], ids=["forced colours", "more contrast"])
def page(request, sign_in, people, backstage):
    """A doctor's page with two conversations, one of them open with a message of each side."""
    backstage.patient_of(doctor_id=people.doctor.id, first_name="Zoé", last_name="Blanc")
    for sender, text in ((people.doctor, "Bonjour"), (people.patient, "Merci")):
        backstage.post(chat_id=people.chat_id, sender_id=sender.id, texts=[text])
    page = sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}", **request.param)
    Screen(page).is_live()
    return page


def test_bubbles_the_open_conversation_and_what_is_chosen_have_an_edge(page):
    screen, image = Screen(page), picture(page)
    mine, theirs = (screen.message(text).locator(".bubble").bounding_box() for text in ("Bonjour", "Merci"))
    rows = page.locator(".conversation")
    [current], other = (
        page.locator(".conversation[aria-current]").all(),
        page.locator(".conversation:not([aria-current])"),
    )

    for box in (mine, theirs):
        assert edge(image, box) > 60
    assert edge(image, mine, "right") > 60
    assert rows.count() == 2
    assert edge(image, current.bounding_box()) > 60 > 20 > edge(image, other.first.bounding_box())
    assert edge(image, page.locator(".send").bounding_box()) > 60
    assert edge(image, page.locator(".tab[aria-current]").bounding_box()) > 60
    widths = "bubble => getComputedStyle(bubble).borderInlineEndWidth"
    assert screen.message("Bonjour").locator(".bubble").evaluate(widths) == "6px"
    assert screen.message("Merci").locator(".bubble").evaluate(widths) == "1px"

    other.first.focus()
    assert edge(picture(page), other.first.bounding_box()) > 60


def test_nothing_moves_for_who_wants_no_motion(talk):
    doctor, patient = talk
    patient.screen.text.press_sequentially("Je")
    doctor.screen.send("Bien reçu")
    patient.screen.sees_sent("Bien reçu")
    moving = "document.getAnimations().filter((one) => one.effect.getComputedTiming().duration > 0).length"
    assert doctor.page.evaluate(moving) == patient.page.evaluate(moving) == 0
