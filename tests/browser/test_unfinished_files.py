"""Files that are being uploaded, failed, too many or refused: their effect on the other files and the text."""

import re

import pytest
from playwright.sync_api import expect

from chat.tests.files import samples
from tests.browser.screen import Screen
from tests.browser.uploads import A_WEB_PAGE, AN_ARCHIVE, begin_upload, make_archive, slow_down


def test_it_sends_by_itself_once_the_files_are_ready(doctor_page, patient_page, photo):
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    slow_down(patient_page, upload_bytes=photo.stat().st_size // 2)
    patient.choose(photo)
    patient.send("Avec la photo")
    expect(patient_page.locator("[data-notice]")).not_to_be_empty()
    expect(patient.messages).to_have_count(0)

    doctor.sees_sent("Avec la photo")
    expect(doctor.message("Avec la photo").locator(".photos img")).to_be_visible()


@pytest.mark.parametrize("sent", ["before", "after"])
@pytest.mark.parametrize("way_out", ["retry", "remove"])
def test_a_file_that_failed_keeps_the_message_from_being_sent(patient_page, letter, complaints, sent, way_out):
    complaints.forgive_cut_lines()
    patient = Screen(patient_page)
    notice = patient_page.locator("[data-notice]")
    color = "part => getComputedStyle(part).color"
    upload = begin_upload(patient_page, letter)
    if sent == "before":
        patient.send("Avec l'ordonnance")
        expect(notice).to_have_text("Le message partira dès que les fichiers seront prêts.")
        assert notice.evaluate(color) == patient.uploads.locator("[data-words]").evaluate(color)
    upload.abort()
    expect(patient.uploads).to_have_attribute("data-state", "failed")
    if sent == "after":
        patient.send("Avec l'ordonnance")

    expect(notice).to_have_text(
        "Un fichier n’a pas pu partir. Réessayez ou retirez-le\u202f: le message partira ensuite."
    )
    assert notice.evaluate(color) == patient.uploads.locator("[data-words]").evaluate(color)
    expect(patient.messages).to_have_count(0)
    expect(patient.text).to_have_value("Avec l'ordonnance")

    patient_page.unroute("**/api/chat/attachments")
    patient.uploads.locator(f"[data-action={way_out}]").click()
    patient.sees_sent("Avec l'ordonnance")
    expect(patient.message("Avec l'ordonnance").locator(".document")).to_have_count(1 if way_out == "retry" else 0)
    expect(notice).to_be_empty()
    expect(patient.text).to_be_focused()


def test_a_changed_text_is_not_sent_by_itself(patient_page, letter):
    patient = Screen(patient_page)
    upload = begin_upload(patient_page, letter)
    patient.send("Avec l'ordonnance")
    expect(patient_page.locator("[data-notice]")).not_to_be_empty()

    patient.text.press_sequentially(" et")
    upload.continue_()

    expect(patient.uploads).to_have_attribute("data-state", "ready")
    expect(patient_page.locator("[data-notice]")).to_be_empty()
    expect(patient.text).to_have_value("Avec l'ordonnance et")
    expect(patient.messages).to_have_count(0)


def test_nothing_waits_for_a_refused_file(patient_page, tmp_path, complaints):
    complaints.forgive_refusals()
    patient = Screen(patient_page)
    liar = tmp_path / "photo.jpg"
    liar.write_bytes(b"<html>not a photo</html>")
    upload = begin_upload(patient_page, liar)
    patient.send("Voici")
    expect(patient.messages).to_have_count(0)

    upload.continue_()

    patient.sees_sent("Voici")
    expect(patient.uploads).to_have_attribute("data-state", "refused")
    expect(patient_page.locator("[data-notice]")).to_be_empty()


def test_a_refused_file_leaves_the_words(doctor_page, patient_page, letter, tmp_path, complaints):
    complaints.forgive_refusals()
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    archive, liar, large = tmp_path / "dossier.zip", tmp_path / "photo.jpg", tmp_path / "radio.png"
    make_archive(archive)
    liar.write_bytes(b"<html>not a photo</html>")
    large.write_bytes(b"\x89PNG" + bytes(10 * 1024 * 1024))
    patient.text.fill("Les résultats du laboratoire")

    patient.choose(archive, liar, large, letter)

    refused = patient.uploads.and_(patient_page.locator("[data-state=refused]"))
    expect(refused).to_have_count(3)
    for row in refused.all():
        expect(row.locator("[data-words]")).not_to_be_empty()
        expect(row.locator("[data-action=retry]")).to_be_hidden()
    for name, reason in ((archive.name, AN_ARCHIVE), (liar.name, A_WEB_PAGE)):
        expect(refused.filter(has_text=name).locator("[data-words]")).to_have_text(reason)
    too_large = refused.filter(has_text=large.name).locator("[data-words]")
    expect(too_large).to_contain_text(re.compile(r"10,1\sMo, la limite est 10\sMo"))
    expect(patient.uploads.filter(has_text="ordonnance.pdf")).to_have_attribute("data-state", "ready")
    expect(patient.text).to_have_value("Les résultats du laboratoire")

    patient_page.locator(".send").click()
    doctor.sees_sent("Les résultats du laboratoire")
    expect(doctor.message("Les résultats du laboratoire").locator(".document__name")).to_have_text("ordonnance.pdf")
    expect(patient.uploads).to_have_count(3)
    refused.first.locator("[data-action=remove]").click()
    expect(patient.uploads).to_have_count(2)


def test_a_file_that_a_proxy_finds_too_large_is_called_so(patient_page, photo, complaints):
    complaints.forgive_refusals()
    page_of_a_proxy = {"status": 413, "content_type": "text/html", "body": "<h1>Request Entity Too Large</h1>"}
    patient_page.route("**/api/chat/attachments", lambda route: route.fulfill(**page_of_a_proxy))
    row = Screen(patient_page).uploads

    Screen(patient_page).choose(photo)

    expect(row).to_have_attribute("data-state", "refused")
    expect(row.locator("[data-words]")).to_have_text(
        "Ce fichier est trop lourd pour être envoyé. Réduisez-le, puis choisissez-le de nouveau."
    )


def test_of_eleven_files_one_is_refused_with_a_reason(doctor_page, patient_page, tmp_path):
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    paths = [tmp_path / f"page {number}.pdf" for number in range(1, 12)]
    for path in paths:
        path.write_bytes(samples.pdf())
    patient.text.fill("Tout le dossier")

    patient.choose(*paths)

    expect(patient.uploads).to_have_count(11)
    expect(patient.ready).to_have_count(10)
    last = patient.uploads.filter(has_text="page 11")
    expect(last).to_have_attribute("data-state", "refused")
    expect(last.locator("[data-words]")).to_have_text(
        "Un message porte 10 fichiers au plus. Envoyez les autres avec le suivant."
    )
    patient_page.locator(".send").click()
    doctor.sees_sent("Tout le dossier")
    expect(doctor.message("Tout le dossier").locator(".document")).to_have_count(10)
    expect(patient.uploads).to_have_count(1)
    expect(last).to_have_attribute("data-state", "ready")


def test_a_file_too_many_takes_the_place_that_becomes_free(patient_page, tmp_path):
    patient = Screen(patient_page)
    paths = [tmp_path / f"page {number}.pdf" for number in range(1, 13)]
    for path in paths:
        path.write_bytes(samples.pdf())
    paths[10].write_bytes(b"")
    patient.choose(*paths)
    empty, last = (patient.uploads.filter(has_text=f"page {number}") for number in (11, 12))
    expect(empty.locator("[data-words]")).to_contain_text("Le fichier est vide")
    expect(last.locator("[data-words]")).to_contain_text("10 fichiers au plus")
    expect(patient.ready).to_have_count(10)

    patient.uploads.first.locator("[data-action=remove]").click()

    expect(last).to_have_attribute("data-state", "ready")
    expect(empty).to_have_attribute("data-state", "refused")


def test_each_file_fails_and_is_tried_again_alone(patient_page, doctor_page, tmp_path, complaints):
    complaints.forgive_cut_lines()
    patient, doctor = Screen(patient_page), Screen(doctor_page)
    paths = [tmp_path / f"page {number}.pdf" for number in (1, 2, 3)]
    for path in paths:
        path.write_bytes(samples.pdf())
    broken = ["page 2.pdf", "page 3.pdf"]

    def cut(route):
        sent = (route.request.post_data_buffer or b"").decode("latin-1")
        route.abort() if any(name in sent for name in broken) else route.continue_()

    patient_page.route("**/api/chat/attachments", cut)
    patient.choose(*paths)
    first, second, third = (patient.uploads.filter(has_text=f"page {number}") for number in (1, 2, 3))
    expect(first).to_have_attribute("data-state", "ready")
    for row in (second, third):
        expect(row).to_have_attribute("data-state", "failed")
        expect(row.get_by_role("button", name="Réessayer")).to_be_visible()

    broken.remove("page 2.pdf")
    second.locator("[data-action=retry]").click()
    expect(second).to_have_attribute("data-state", "ready")
    expect(third).to_have_attribute("data-state", "failed")
    third.locator("[data-action=remove]").click()
    patient.send("Deux pages")

    doctor.sees_sent("Deux pages")
    expect(doctor.message("Deux pages").locator(".document")).to_have_count(2)


def test_a_refused_file_alone_is_nothing_to_send(patient_page, tmp_path, complaints):
    """The button looks and works as it does beside an empty field."""
    complaints.forgive_refusals()
    patient, send = Screen(patient_page), patient_page.locator(".send")
    color = "send => getComputedStyle(send).backgroundColor"
    archive = tmp_path / "dossier.zip"
    make_archive(archive)
    patient.is_live()
    empty = send.evaluate(color)

    patient.choose(archive)
    expect(patient.uploads).to_have_attribute("data-state", "refused")

    assert send.evaluate(color) == empty
    send.click()
    expect(patient.messages).to_have_count(0)
    patient.text.fill("Sans le dossier")
    expect(send).not_to_have_css("background-color", empty)


def test_it_can_cancel_and_try_again(patient_page, doctor_page, photo, complaints):
    complaints.forgive_cut_lines()
    patient, doctor = Screen(patient_page), Screen(doctor_page)
    patient_page.route("**/api/chat/attachments", lambda route: route.abort())
    patient.choose(photo)
    expect(patient.uploads).to_have_attribute("data-state", "failed")
    patient_page.unroute("**/api/chat/attachments")

    patient.uploads.locator("[data-action=retry]").click()
    expect(patient.uploads).to_have_attribute("data-state", "ready")
    patient.uploads.locator("[data-action=remove]").click()
    expect(patient.uploads).to_have_count(0)

    slow_down(patient_page, upload_bytes=1_000)
    patient.choose(photo)
    expect(patient.uploads).to_have_attribute("data-state", "uploading")
    patient.uploads.locator("[data-action=remove]").click()
    expect(patient.uploads).to_have_count(0)
    patient.send("Finalement sans photo")
    doctor.sees_sent("Finalement sans photo")
