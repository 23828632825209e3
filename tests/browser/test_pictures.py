"""Pictures of any shape, and files that only claim to be pictures."""

import pytest
from playwright.sync_api import expect

from chat.tests.files import samples
from tests.browser.actions import Actions
from tests.browser.screen import Screen


@pytest.mark.parametrize(("width", "height"), [(200, 900), (900, 200)], ids=["portrait", "landscape"])
def test_a_picture_fills_its_circle_and_is_not_stretched(sign_in, people, tmp_path, width, height):
    path = tmp_path / "moi.png"
    # Bytes behind the end of a picture make it too large, and are no part of it.
    picture = samples.encoded(samples.picture(width=width, height=height), "PNG")
    path.write_bytes(picture.ljust(11 * 1024 * 1024, b"\0"))
    page = sign_in(people.patient, at="/accounts/profile", width=375)
    page.locator("#id_picture").set_input_files(path)
    expect(page.locator(".file-field")).to_contain_text("moi.png\u202f: réduite")
    expect(page.locator(".file-field label")).to_have_text("Choisir une photo")
    with page.expect_navigation(wait_until="load"):
        page.locator(".profile__form > button").click()

    image = page.locator(".avatar--large img")
    expect(image).to_be_visible()
    expect(image).to_have_js_property("complete", True)
    circle, shown = page.locator(".avatar--large").bounding_box(), image.bounding_box()
    assert circle["width"] == circle["height"]
    assert shown == circle
    assert image.evaluate("image => getComputedStyle(image).objectFit") == "cover"


@pytest.mark.parametrize(("width", "height"), [(450, 800), (800, 450)], ids=["portrait", "landscape"])
@pytest.mark.parametrize("beside", [[], ["ordonnance.pdf"]], ids=["alone", "with a document"])
def test_the_middle_of_a_photo_is_shown(sign_in, people, tmp_path, width, height, beside):
    """Each fills its cell and the cells their frame: what is cut is cut on both sides."""
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}")
    patient = Screen(page)
    (tmp_path / "ordonnance.pdf").write_bytes(samples.pdf())
    for number in range(6):
        picture = samples.encoded(samples.picture(width=width, height=height), "PNG")
        (tmp_path / f"{number}.png").write_bytes(picture)

    for count in (1, 2, 3, 4, 6):
        names = [f"{number}.png" for number in range(count)] + beside
        patient.choose(*(tmp_path / name for name in names))
        expect(patient.ready).to_have_count(len(names))
        patient.send(f"Photos : {count}")
        patient.sees_sent(f"Photos : {count}")
        photos = patient.message(f"Photos : {count}").locator(".photos")
        frame, cells = photos.bounding_box(), photos.locator("li").filter(visible=True)
        assert frame["width"] <= (272 if count == 1 else 352)
        assert frame["height"] <= frame["width"]
        expect(cells).to_have_count(min(count, 4))
        for cell in cells.all():
            box, image = cell.bounding_box(), cell.locator("img")
            assert image.bounding_box() == pytest.approx(box, abs=0.6)
            assert box["y"] + box["height"] <= frame["y"] + frame["height"] + 0.6
            assert image.evaluate("image => getComputedStyle(image).objectFit") == "cover"


def test_no_file_leaves_its_bubble(doctor_page, patient_page, tmp_path):
    """At any width, for both people, beside a short text or a long one, with reactions below."""
    doctor, patient = Actions(doctor_page), Actions(patient_page)
    names = ["photo.png", "autre.png", "ordonnance.pdf", f"{'Compte rendu de consultation ' * 4}.pdf"]
    for name in names:
        picture = samples.encoded(samples.picture(width=800, height=450), "PNG")
        (tmp_path / name).write_bytes(samples.pdf() if name.endswith("pdf") else picture)
    many = "Voici les documents que vous m'aviez demandés la semaine dernière, avec les photos de ce matin."
    letter, two = names[2:3], names[1:3]
    for chosen, words in [(letter, "Un"), (letter, many), (two, "Deux"), (names, "Quatre"), (names, many)]:
        patient.screen.choose(*(tmp_path / name for name in chosen))
        expect(patient.screen.ready).to_have_count(len(chosen))
        patient.screen.send(words)
        expect(patient.screen.uploads).to_have_count(0)
    expect(doctor_page.locator(".document:visible")).to_have_count(7)
    for word in ("Bien compris", "Merci", "Bonne nouvelle"):
        doctor.react("Un", word)
        expect(doctor.screen.message("Un").locator(".reaction", has_text=word)).to_be_visible()

    outside = """bubbles => bubbles.flatMap((bubble) => {
      const frame = bubble.getBoundingClientRect();
      const parts = [...bubble.querySelectorAll(".photos, .document, .document a")];
      return parts.filter((part) => {
        const { left, right } = part.getBoundingClientRect();
        return left < frame.left - 0.5 || right > frame.right + 0.5;
      });
    }).length"""
    gap = """photos => photos.parentElement.getBoundingClientRect().width - photos.getBoundingClientRect().width"""
    for page in (doctor_page, patient_page):
        for width in (320, 375, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.locator(".bubble").evaluate_all(outside) == 0, width
            for words in ("Deux", "Quatre"):
                assert Screen(page).message(words).locator(".photos").evaluate(gap) < 14, (words, width)


def test_a_withdrawn_photo_is_no_longer_shown(doctor_page, patient_page, tmp_path):
    doctor, patient = Actions(doctor_page), Actions(patient_page)
    for words in ("Une", "Autre"):
        (tmp_path / f"{words}.png").write_bytes(samples.png())
        patient.screen.choose(tmp_path / f"{words}.png")
        expect(patient.screen.uploads).to_have_attribute("data-state", "ready")
        patient.screen.send(words)
        doctor.screen.sees_sent(words)
    lightbox = doctor_page.locator("dialog.lightbox")
    doctor.screen.message("Une").locator(".photos a").click()
    expect(lightbox.locator("[data-count]")).to_contain_text("1 sur 2")

    def withdraw(words):
        patient.do(words, "ask-retract")
        patient.dialog.locator("[data-action=retract]").click()

    withdraw("Autre")
    expect(lightbox.locator("[data-count]")).to_contain_text("1 sur 1")
    expect(lightbox.locator("[data-action=next]")).to_be_disabled()
    withdraw("Une")

    expect(lightbox).to_be_hidden()
    gone = doctor_page.locator(".message[data-retracted]").first
    expect(gone).to_be_focused()
    expect(gone).to_have_attribute("data-found", "")


def test_a_file_that_is_no_picture_shows_its_kind(patient_page, tmp_path, complaints):
    """The browser cannot draw it, and the server refuses it: the tray shows no broken image."""
    complaints.forgive_refusals()
    path = tmp_path / "cheville.png"
    path.write_bytes(b"not a picture at all")
    patient = Screen(patient_page)
    patient.is_live()

    patient.choose(path)

    upload = patient.uploads.filter(has_text="cheville.png")
    expect(upload.locator("[data-view]")).to_have_text("PNG")
    expect(upload.locator("[data-view] img")).to_have_count(0)
    expect(upload).to_have_attribute("data-state", "refused")


def test_a_long_word_is_not_cut_on_a_small_phone(sign_in, people, backstage):
    backstage.book(doctor_id=people.doctor.id, patient_id=people.patient.id, reason="Électrocardiogramme")
    page = sign_in(people.patient, at="/patient/visits", width=320)

    reason = page.locator(".visit-row__title span")
    assert reason.evaluate("reason => reason.getClientRects().length") == 1


def test_a_long_title_stays_in_its_card(sign_in, people, backstage):
    for reason in ["Électroencéphalographie " * 8, "W" * 190]:
        backstage.book(doctor_id=people.doctor.id, patient_id=people.patient.id, reason=reason.strip())
    page = sign_in(people.patient, at="/patient/visits", width=320)

    for row in page.locator(".visit-row").all():
        outer, title = row.bounding_box(), row.locator(".visit-row__title").bounding_box()
        assert title["x"] + title["width"] <= outer["x"] + outer["width"]
        assert row.locator(".visit-row__title").evaluate("title => title.scrollWidth <= title.clientWidth")
    page.locator(".visit-row__title a").first.click()
    page.wait_for_url("**/patient/visits/*")
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
