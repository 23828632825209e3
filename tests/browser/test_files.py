"""Photos and documents: sent with progress, shown with thumbnails, refused with a reason without losing the text."""

import re

from playwright.sync_api import expect

from chat.tests.files import samples
from tests.browser.screen import Screen
from tests.browser.uploads import AN_ARCHIVE, make_archive, slow_down


def test_it_sends_a_photo_and_a_document(doctor_page, patient_page, photo, letter):
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    slow_down(patient_page, upload_bytes=photo.stat().st_size // 2)

    patient.choose(photo, letter)
    expect(patient.uploads).to_have_count(2)
    expect(patient.uploads.filter(has_text="cheville.jpg").locator("[data-view] img")).to_be_visible()
    progress = patient.uploads.filter(has_text="cheville.jpg").locator("progress")
    expect(progress).to_be_visible()
    expect(progress).not_to_have_js_property("value", 0)
    expect(patient.ready).to_have_count(2)
    patient.send("Ma cheville et l'ordonnance")

    message = doctor.message("Ma cheville et l'ordonnance")
    thumbnail = message.locator(".photos img")
    expect(thumbnail).to_be_visible()
    expect(thumbnail).to_have_js_property("complete", True)
    assert thumbnail.evaluate("image => image.naturalWidth") > 0
    assert "thumb" in thumbnail.get_attribute("src")
    expect(message.locator(".document__name")).to_have_text("ordonnance.pdf")
    patient.sees_sent("Ma cheville et l'ordonnance")
    expect(patient.uploads).to_have_count(0)

    with doctor_page.expect_download() as download:
        message.locator(".document a[download]").click()
    assert download.value.suggested_filename == "ordonnance.pdf"


def test_it_sends_a_photo_without_words_or_extension(doctor_page, patient_page, photo, tmp_path):
    patient = Screen(patient_page)
    patient.choose(photo.rename(tmp_path / "1000012345"))
    expect(patient.uploads).to_have_attribute("data-state", "ready")
    expect(patient.uploads.locator("[data-name]")).to_have_text("1000012345.jpg")
    expect(patient.uploads.locator("[data-view] img")).to_be_visible()

    patient_page.locator(".send").click()

    expect(doctor_page.locator(".message .photos img")).to_be_visible()
    expect(patient.messages).to_have_count(1)


def test_several_files_leave_without_scripts(sign_in, people, doctor_page, letter, photo, tmp_path, complaints):
    complaints.forgive_refusals()
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", width=375, java_script_enabled=False)
    archive = tmp_path / "dossier.zip"
    make_archive(archive)
    page.locator("textarea[name=message_text]").fill("Sans script")
    page.locator("#composer-files").set_input_files([photo, archive, letter])
    page.locator(".send").click()

    expect(page.locator("[data-notice]")).to_contain_text("Rien n’a été envoyé")
    expect(page.locator("[data-refused] li")).to_have_text([f"dossier.zip\u202f: {AN_ARCHIVE}"])
    expect(page.locator("textarea[name=message_text]")).to_have_value("Sans script")
    page.locator("#composer-files").set_input_files([photo, letter])
    page.locator(".send").click()

    Screen(doctor_page).sees_sent("Sans script")
    message = Screen(doctor_page).message("Sans script")
    expect(message.locator(".document")).to_have_count(1)
    expect(message.locator(".photos img")).to_have_count(1)


# Whether the page has taken the event: a browser leaves a page that does not take a dropped file.
GIVE = """(target, [type, text]) => {
  const bytes = Uint8Array.from(atob("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=="), (c) => c.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], `${type}.gif`, { type: "image/gif" }));
  if (text) transfer.setData("text/plain", text);
  const options = { bubbles: true, cancelable: true, clipboardData: transfer, dataTransfer: transfer };
  return !target.dispatchEvent(type === "paste" ? new ClipboardEvent(type, options) : new DragEvent(type, options));
}"""


def test_it_takes_pasted_and_dropped_files(doctor_page, people):
    doctor = Screen(doctor_page)
    doctor.is_live()
    # As file managers name them, and as a spreadsheet adds a picture of its cells.
    for text, taken in ((None, True), ("paste.gif", True), ("file:///tmp/p%61ste.gif", True), ("1\t2\n3\t4", False)):
        assert doctor.text.evaluate(GIVE, ["paste", text]) is taken, text
    expect(doctor.uploads).to_have_count(3)
    for place in (doctor.scroller, doctor_page.locator(".nav"), doctor_page.locator(".list__title")):
        assert place.evaluate(GIVE, ["drop", None])

    expect(doctor.ready).to_have_count(6)
    expect(doctor_page.locator("[data-tally]")).to_have_text("6 prêts")


def test_a_file_dropped_elsewhere_is_refused_with_a_word(doctor_page):
    Screen(doctor_page).is_live()
    doctor_page.locator("chat-composer").evaluate("composer => { composer.hidden = true; }")
    refusal = doctor_page.locator("[data-drop-refused]")
    for address in (None, "/professional/consultations", "/accessibility", "/offline", "/accounts/profile"):
        if address:
            doctor_page.goto(address)
        expect(refusal).to_be_hidden()
        assert doctor_page.locator("main").evaluate(GIVE, ["drop", None])
        expect(refusal).to_have_text(re.compile("Le fichier n’a pas été ajouté"))
    # The field of the browser takes files itself.
    assert not doctor_page.locator("#id_picture").evaluate(GIVE, ["drop", None])


REST = """row => {
  const target = row.querySelector(".bubble");
  const touches = [new Touch({ identifier: 1, target, clientX: 200, clientY: 400 })];
  target.dispatchEvent(new TouchEvent("touchstart", { touches, bubbles: true, cancelable: true }));
}"""


def test_a_finger_that_rests_opens_the_menu_which_downloads(sign_in, people, letter):
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", width=375, has_touch=True)
    patient = Screen(page)
    patient.choose(letter)
    expect(patient.ready).to_have_count(1)
    patient.text.fill("L'ordonnance")
    page.locator(".send").click()
    patient.sees_sent("L'ordonnance")

    patient.message("L'ordonnance").evaluate(REST)

    dialog = page.locator("message-actions dialog")
    with page.expect_download() as download:
        dialog.get_by_role("link", name="Télécharger ordonnance.pdf").click()
    assert download.value.suggested_filename == "ordonnance.pdf"
    expect(dialog).to_be_hidden()


def test_it_shows_photos_large(doctor_page, patient_page, photo, tmp_path):
    second = tmp_path / "carnet.png"
    second.write_bytes(samples.png())
    patient = Screen(patient_page)
    patient.choose(photo, second)
    expect(patient.ready).to_have_count(2)
    patient.send("Deux photos")
    links = doctor_page.locator(".photos a")
    expect(links).to_have_count(2)

    links.first.click()
    dialog = doctor_page.locator("dialog.lightbox")
    expect(dialog).to_be_visible()
    image = dialog.locator("[data-photo]")
    expect(image).to_have_js_property("naturalWidth", 1200)
    expect(dialog.locator("[data-action=previous]")).to_be_disabled()
    doctor_page.keyboard.press("ArrowRight")
    expect(image).to_have_js_property("naturalWidth", 120)
    expect(dialog.locator("[data-action=next]")).to_be_disabled()
    dialog.locator("[data-action=zoom]").click()
    expect(image).to_have_attribute("data-zoomed", "true")
    with doctor_page.expect_download() as download:
        dialog.locator("[data-download]").click()
    assert download.value.suggested_filename == "carnet.png"

    doctor_page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(links.first).to_be_focused()
