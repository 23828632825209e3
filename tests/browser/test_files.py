"""Photos and documents: sent with progress, shown with thumbnails, refused with a reason without losing the text."""

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


def test_it_sends_a_photo_without_words(doctor_page, patient_page, photo):
    patient = Screen(patient_page)
    patient.choose(photo)
    expect(patient.uploads).to_have_attribute("data-state", "ready")

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


def test_it_takes_pasted_and_dropped_files(patient_page):
    patient = Screen(patient_page)
    give = """(target, type) => {
      const bytes = Uint8Array.from(atob("R0lGODlhAQABAIAAAAAAAP///ywAAAAAAQABAAACAUwAOw=="), (c) => c.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], `${type}.gif`, { type: "image/gif" }));
      const options = { bubbles: true, cancelable: true, clipboardData: transfer, dataTransfer: transfer };
      target.dispatchEvent(type === "paste" ? new ClipboardEvent(type, options) : new DragEvent(type, options));
    }"""

    patient.text.evaluate(give, "paste")
    expect(patient.uploads).to_have_count(1)
    patient.scroller.evaluate(give, "drop")

    expect(patient.uploads).to_have_count(2)
    expect(patient.ready).to_have_count(2)


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
