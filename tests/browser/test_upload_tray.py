"""The files above the text field: what is shown, announced and reached by keyboard at every size."""

import pytest
from playwright.sync_api import expect

from chat.tests.files import samples
from tests.browser.screen import Screen
from tests.browser.uploads import begin_upload, make_archive


@pytest.mark.parametrize("width", [375, 1280])
def test_a_long_name_keeps_its_extension(sign_in, people, tmp_path, width):
    long = tmp_path / f"{'Compte rendu de consultation ' * 6}{'x' * 40}.pdf"
    short = tmp_path / "note.pdf"
    for path in (long, short):
        path.write_bytes(samples.pdf())
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", width=width)
    patient = Screen(page)
    patient.choose(long, short)
    expect(patient.ready).to_have_count(2)

    for name in page.locator(".upload__name").all():
        box, (stem, ending) = name.bounding_box(), name.locator("span").all()
        inner = ending.bounding_box()
        assert ending.inner_text() == ".pdf"
        assert inner["x"] + inner["width"] <= box["x"] + box["width"] + 0.6
        assert inner["x"] >= stem.bounding_box()["x"] + stem.bounding_box()["width"] - 0.6
        assert box["height"] <= inner["height"] + 0.6
    patient.send("Deux documents")
    patient.sees_sent("Deux documents")
    names = patient.message("Deux documents").locator(".document__name")
    expect(names).to_have_text([long.name, "note.pdf"])
    line = names.last.bounding_box()["height"]
    assert names.first.bounding_box()["height"] == pytest.approx(2 * line, abs=1)
    expect(patient.message("Deux documents").locator(".document__size").first).to_contain_text("PDF")


@pytest.mark.parametrize("width", [320, 1280])
def test_what_went_wrong_can_be_read(sign_in, people, tmp_path, complaints, width):
    complaints.forgive_cut_lines()
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", width=width)
    page.route("**/api/chat/attachments", lambda route: route.abort())
    report = tmp_path / "Compte rendu.pdf"
    report.write_bytes(samples.pdf())
    row = Screen(page).uploads

    Screen(page).choose(report)

    expect(row).to_have_attribute("data-state", "failed")
    name, words, retry = (
        row.locator(part).bounding_box() for part in (".upload__name", "[data-words]", "[data-action=retry]")
    )
    assert words["height"] <= 1.5 * name["height"], "the reason takes more than a line"
    assert name["width"] >= 0.4 * row.bounding_box()["width"]
    assert retry["y"] >= words["y"] + words["height"]


def test_a_screen_reader_announces_the_outcome_of_each_file(patient_page, letter, tmp_path, complaints):
    complaints.forgive_cut_lines()
    complaints.forgive_refusals()
    patient, log = Screen(patient_page), patient_page.locator("upload-tray [role=log]")
    expect(log).to_be_empty()
    paths = [letter, tmp_path / "vide.pdf", tmp_path / "dossier.zip", tmp_path / "note.pdf"]
    for path in paths[1:]:
        path.write_bytes(b"" if path.stem == "vide" else samples.pdf())
    make_archive(tmp_path / "dossier.zip")

    def cut(route):
        route.abort() if b"note.pdf" in (route.request.post_data_buffer or b"") else route.continue_()

    patient_page.route("**/api/chat/attachments", cut)
    patient.choose(*paths)

    for name, fate in (("ordonnance.pdf", "ready"), ("vide.pdf", "refused"), ("dossier.zip", "refused")):
        row = patient.uploads.filter(has_text=name)
        expect(row).to_have_attribute("data-state", fate)
        line = f"{name}\u202f: {row.locator('[data-words]').inner_text()}"
        expect(log.get_by_text(line, exact=True)).to_have_count(1)
    expect(log).to_contain_text("note.pdf\u202f: Réseau coupé à")
    expect(log.locator("p")).to_have_count(4)
    for _ in paths:
        patient.uploads.first.locator("[data-action=remove]").click()
    expect(log).to_be_empty()


@pytest.mark.parametrize(("height", "count", "least"), [(667, 10, 120), (400, 3, 80)], ids=["phone", "keyboard"])
def test_many_files_leave_room_for_the_messages(sign_in, people, tmp_path, complaints, height, count, least):
    complaints.forgive_cut_lines()
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", width=375, height=height)
    patient = Screen(page)
    paths = [tmp_path / f"page {number}.pdf" for number in range(1, count + 1)]
    for path in paths:
        path.write_bytes(samples.pdf())

    patient.choose(*paths)
    expect(patient.ready).to_have_count(count)

    assert patient.scroller.bounding_box()["height"] >= least
    for part in (".thread__back", ".care__call >> nth=-1", "textarea[name=message_text]", ".send"):
        expect(page.locator(part)).to_be_in_viewport(ratio=1)
    expect(patient.uploads.last).to_be_in_viewport(ratio=0.9)
    patient.uploads.first.locator("[data-action=remove]").focus()
    expect(patient.uploads.first).to_be_in_viewport(ratio=0.7)
    expect(patient.uploads.last).not_to_be_in_viewport()
    page.keyboard.press("Tab")
    expect(patient.uploads.nth(1).locator("[data-action=remove]")).to_be_in_viewport(ratio=0.9)


def test_a_file_that_fails_comes_into_view(patient_page, tmp_path, complaints):
    complaints.forgive_cut_lines()
    patient = Screen(patient_page)
    paths = [tmp_path / f"page {number}.pdf" for number in range(1, 7)]
    for path in paths:
        path.write_bytes(samples.pdf())
    upload = begin_upload(patient_page, paths[0])
    patient.choose(*paths[1:])
    expect(patient.uploads.first).not_to_be_in_viewport()

    upload.abort()

    expect(patient.uploads.first).to_have_attribute("data-state", "failed")
    expect(patient.uploads.first).to_be_in_viewport(ratio=0.9)


def test_a_refused_file_is_seen_among_others(patient_page, tmp_path, complaints):
    complaints.forgive_refusals()
    patient = Screen(patient_page)
    archive, *pages = [tmp_path / "dossier.zip", *(tmp_path / f"page {number}.pdf" for number in range(1, 7))]
    make_archive(archive)
    for path in pages:
        path.write_bytes(samples.pdf())

    patient.choose(archive, *pages)

    expect(patient.ready).to_have_count(6)
    expect(patient.uploads.first).to_have_attribute("data-state", "refused")
    expect(patient.uploads.first).to_be_in_viewport(ratio=0.9)


def test_the_focus_stays_among_the_files_and_the_words(patient_page, tmp_path, complaints):
    complaints.forgive_cut_lines()
    patient, keyboard = Screen(patient_page), patient_page.keyboard
    paths = [tmp_path / f"page {number}.pdf" for number in (1, 2, 3)]
    for path in paths:
        path.write_bytes(samples.pdf())
    patient_page.route("**/api/chat/attachments", lambda route: route.abort())
    patient.choose(*paths)
    first, second, third = (patient.uploads.filter(has_text=f"page {number}") for number in (1, 2, 3))
    for row in (first, second, third):
        expect(row).to_have_attribute("data-state", "failed")
    patient_page.unroute("**/api/chat/attachments")

    second.locator("[data-action=retry]").focus()
    keyboard.press("Enter")
    expect(second.locator("[data-action=remove]")).to_be_focused()
    expect(second).to_have_attribute("data-state", "ready")
    keyboard.press("Enter")
    expect(third.locator("[data-action=remove]")).to_be_focused()
    keyboard.press("Enter")
    expect(first.locator("[data-action=remove]")).to_be_focused()
    keyboard.press("Enter")
    expect(patient.text).to_be_focused()


def test_a_photo_that_is_too_large_is_sent_smaller_and_upright(patient_page, tmp_path):
    # Without an extension it has no type.
    photo = tmp_path / "gorge"
    # Bytes behind the end of a picture make it too large, and are no part of it.
    photo.write_bytes(samples.jpeg(exif=samples.exif()).ljust(11 * 1024 * 1024, b"\0"))
    patient = Screen(patient_page)
    row, offer = patient.uploads, patient.uploads.get_by_role("button", name="Réduire gorge")
    patient.choose(photo)
    expect(row).to_have_attribute("data-state", "refused")
    expect(row.locator("[data-words]")).to_contain_text("11,0 Mo, la limite est 10 Mo")

    offer.click()

    expect(row.locator("[data-words]")).to_have_text("Prêt · réduite de 11,0 Mo à 1 Ko")
    expect(row.locator(".upload__name")).to_have_text("gorge.jpg")
    expect(offer).to_be_hidden()
    patient.send("La voici, réduite.")
    patient.sees_sent("La voici, réduite.")
    link = patient.message("La voici, réduite.").locator("a[data-file-name='gorge.jpg']")
    expect(link.locator("img")).to_have_attribute("height", "120")
