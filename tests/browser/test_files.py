"""Photos and documents: sent with progress, seen with thumbnails, refused with a reason and no harm to the words."""

import random

import pytest
from playwright.sync_api import Page, Route, expect

from chat.tests.files import samples
from tests.browser.screen import Screen

WRONG_TYPE = "Format refusé. Envoyez une photo, un PDF ou un document Word dont le contenu correspond au nom."


@pytest.fixture
def photo(tmp_path):
    """A noisy photo, so that it has the size of a real one."""
    picture = samples.picture(width=1200, height=900)
    picture.putdata([(random.randrange(256), 90, 120) for _ in range(1200 * 900)])
    path = tmp_path / "cheville.jpg"
    path.write_bytes(samples.encoded(picture, "JPEG", quality=80))
    return path


@pytest.fixture
def letter(tmp_path):
    path = tmp_path / "ordonnance.pdf"
    path.write_bytes(samples.pdf())
    return path


def slow_down(page: Page, *, upload_bytes: int) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    conditions = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": upload_bytes}
    devtools.send("Network.emulateNetworkConditions", conditions)


def begin_upload(page: Page, path) -> Route:
    """Choose a file; its request, and those of others, are held until the test says how they go on."""
    held = []
    page.route("**/api/chat/attachments", lambda route: held.append(route))
    Screen(page).choose(path)
    expect(Screen(page).uploads).to_have_attribute("data-state", "uploading")
    for _ in range(300):
        if held:
            return held[0]
        page.wait_for_timeout(50)
    raise AssertionError("The upload did not begin.")


def test_it_sends_a_photo_and_a_document(doctor_page, patient_page, photo, letter):
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    slow_down(patient_page, upload_bytes=photo.stat().st_size // 2)

    patient.choose(photo, letter)
    expect(patient.uploads).to_have_count(2)
    expect(patient.uploads.filter(has_text="cheville.jpg").locator("[data-view] img")).to_be_visible()
    progress = patient.uploads.filter(has_text="cheville.jpg").locator("progress")
    expect(progress).to_be_visible()
    expect(progress).not_to_have_js_property("value", 0)
    expect(patient.uploads.and_(patient_page.locator("[data-state=ready]"))).to_have_count(2)
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


@pytest.mark.parametrize("width", [375, 1280])
def test_a_long_name_keeps_its_extension(sign_in, people, tmp_path, width):
    long = tmp_path / f"{'Compte rendu de consultation ' * 6}{'x' * 40}.pdf"
    short = tmp_path / "note.pdf"
    for path in (long, short):
        path.write_bytes(samples.pdf())
    page = sign_in(people.patient, width=width)
    page.goto(f"/patient/chat/{people.chat_id}")
    patient = Screen(page)
    patient.choose(long, short)
    expect(patient.uploads.and_(page.locator("[data-state=ready]"))).to_have_count(2)

    def keeps_extension(name, lines):
        box, (stem, ending) = name.bounding_box(), name.locator("span").all()
        inner = ending.bounding_box()
        assert ending.inner_text() == ".pdf"
        assert inner["x"] + inner["width"] <= box["x"] + box["width"] + 0.6
        assert inner["x"] >= stem.bounding_box()["x"] + stem.bounding_box()["width"] - 0.6
        assert box["height"] <= lines * inner["height"] + 0.6

    for name in page.locator(".upload__name").all():
        keeps_extension(name, lines=1)
    patient.send("Deux documents")
    patient.sees_sent("Deux documents")
    names = patient.message("Deux documents").locator(".document__name")
    expect(names).to_have_text([long.name, "note.pdf"])
    for name in names.all():
        keeps_extension(name, lines=2)


@pytest.mark.parametrize("width", [320, 1280])
def test_what_went_wrong_can_be_read(sign_in, people, tmp_path, complaints, width):
    complaints.forgive_cut_lines()
    page = sign_in(people.patient, width=width)
    page.goto(f"/patient/chat/{people.chat_id}")
    page.route("**/api/chat/attachments", lambda route: route.abort())
    report = tmp_path / "Compte rendu.pdf"
    report.write_bytes(samples.pdf())
    row = Screen(page).uploads

    Screen(page).choose(report)

    expect(row).to_have_attribute("data-state", "failed")
    name, words, retry = (row.locator(part).bounding_box() for part in (".upload__name", "[data-words]", ".button"))
    assert words["height"] <= 1.5 * name["height"], "the reason takes more than a line"
    assert name["width"] >= 0.4 * row.bounding_box()["width"]
    assert retry["y"] >= words["y"] + words["height"]


def test_a_screen_reader_hears_what_became_of_each_file(patient_page, letter, tmp_path, complaints):
    complaints.forgive_cut_lines()
    patient, log = Screen(patient_page), patient_page.locator("upload-tray [role=log]")
    expect(log).to_be_empty()
    paths = [letter, tmp_path / "vide.pdf", tmp_path / "dossier.zip", tmp_path / "note.pdf"]
    for path in paths[1:]:
        path.write_bytes(b"" if path.stem == "vide" else samples.pdf())

    def cut(route):
        route.abort() if b"note.pdf" in (route.request.post_data_buffer or b"") else route.continue_()

    patient_page.route("**/api/chat/attachments", cut)
    patient.choose(*paths)

    for name, fate in (("ordonnance.pdf", "ready"), ("vide.pdf", "refused"), ("dossier.zip", "refused")):
        row = patient.uploads.filter(has_text=name)
        expect(row).to_have_attribute("data-state", fate)
        said = f"{name}\u202f: {row.locator('[data-words]').inner_text()}"
        expect(log.get_by_text(said, exact=True)).to_have_count(1)
    expect(log).to_contain_text("note.pdf\u202f: Réseau coupé à")
    expect(log.locator("p")).to_have_count(4)
    for _ in paths:
        patient.uploads.first.locator("[data-action=remove]").click()
    expect(log).to_be_empty()


def test_it_sends_a_photo_without_words(doctor_page, patient_page, photo):
    patient = Screen(patient_page)
    patient.choose(photo)
    expect(patient.uploads).to_have_attribute("data-state", "ready")

    patient_page.locator(".send").click()

    expect(doctor_page.locator(".message .photos img")).to_be_visible()
    expect(patient.messages).to_have_count(1)


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
def test_a_file_that_failed_holds_the_message(patient_page, letter, complaints, sent, way_out):
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
    archive.write_bytes(b"PK\x03\x04")
    liar.write_bytes(b"<html>not a photo</html>")
    large.write_bytes(b"\x89PNG" + bytes(10 * 1024 * 1024))
    patient.text.fill("Les résultats du laboratoire")

    patient.choose(archive, liar, large, letter)

    refused = patient.uploads.and_(patient_page.locator("[data-state=refused]"))
    expect(refused).to_have_count(3)
    for row in refused.all():
        expect(row.locator("[data-words]")).not_to_be_empty()
        expect(row.locator("[data-action=retry]")).to_be_hidden()
    for name in (archive.name, liar.name):
        expect(refused.filter(has_text=name).locator("[data-words]")).to_have_text(WRONG_TYPE)
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


def test_eleven_files_are_ten_and_one_that_says_why(doctor_page, patient_page, tmp_path):
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    paths = [tmp_path / f"page {number}.pdf" for number in range(1, 12)]
    for path in paths:
        path.write_bytes(samples.pdf())
    patient.text.fill("Tout le dossier")

    patient.choose(*paths)

    expect(patient.uploads).to_have_count(11)
    expect(patient.uploads.and_(patient_page.locator("[data-state=ready]"))).to_have_count(10)
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


@pytest.mark.parametrize(("height", "count", "least"), [(667, 10, 120), (400, 3, 80)], ids=["phone", "keyboard"])
def test_many_files_leave_room_for_the_messages(sign_in, people, tmp_path, complaints, height, count, least):
    complaints.forgive_cut_lines()
    page = sign_in(people.patient, width=375, height=height)
    page.goto(f"/patient/chat/{people.chat_id}")
    patient = Screen(page)
    paths = [tmp_path / f"page {number}.pdf" for number in range(1, count + 1)]
    for path in paths:
        path.write_bytes(samples.pdf())

    patient.choose(*paths)
    expect(patient.uploads.and_(page.locator("[data-state=ready]"))).to_have_count(count)

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
    expect(patient.uploads.and_(patient_page.locator("[data-state=ready]"))).to_have_count(10)

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


def test_a_refused_file_is_seen_among_others(patient_page, tmp_path):
    patient = Screen(patient_page)
    paths = [tmp_path / "dossier.zip", *(tmp_path / f"page {number}.pdf" for number in range(1, 7))]
    for path in paths:
        path.write_bytes(samples.pdf())

    patient.choose(*paths)

    expect(patient.uploads.and_(patient_page.locator("[data-state=ready]"))).to_have_count(6)
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


def test_several_files_leave_without_scripts(sign_in, people, doctor_page, letter, photo, tmp_path, complaints):
    complaints.forgive_refusals()
    page = sign_in(people.patient, width=375, java_script_enabled=False)
    page.goto(f"/patient/chat/{people.chat_id}")
    archive = tmp_path / "dossier.zip"
    archive.write_bytes(b"PK\x03\x04")
    page.locator("textarea[name=message_text]").fill("Sans script")
    page.locator("#composer-files").set_input_files([photo, archive, letter])
    page.locator(".send").click()

    expect(page.locator("[data-notice]")).to_contain_text("Rien n’a été envoyé")
    expect(page.locator("[data-refused] li")).to_have_text([f"dossier.zip\u202f: {WRONG_TYPE}"])
    expect(page.locator("textarea[name=message_text]")).to_have_value("Sans script")
    page.locator("#composer-files").set_input_files([photo, letter])
    page.locator(".send").click()

    Screen(doctor_page).sees_sent("Sans script")
    message = Screen(doctor_page).message("Sans script")
    expect(message.locator(".document")).to_have_count(1)
    expect(message.locator(".photos img")).to_have_count(1)


def test_a_refused_file_alone_is_nothing_to_send(patient_page, tmp_path):
    """The button looks as it does beside an empty field, and does as much."""
    patient, send = Screen(patient_page), patient_page.locator(".send")
    color = "send => getComputedStyle(send).backgroundColor"
    archive = tmp_path / "dossier.zip"
    archive.write_bytes(b"PK\x03\x04")
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
    expect(patient.uploads.and_(patient_page.locator("[data-state=ready]"))).to_have_count(2)


def test_it_shows_photos_large(doctor_page, patient_page, photo, tmp_path):
    second = tmp_path / "carnet.png"
    second.write_bytes(samples.png())
    patient = Screen(patient_page)
    patient.choose(photo, second)
    expect(patient.uploads.and_(patient_page.locator("[data-state=ready]"))).to_have_count(2)
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
