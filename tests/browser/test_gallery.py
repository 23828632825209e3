"""The photos and documents of a conversation, together on a page of their own."""

import pytest
from playwright.sync_api import expect

from chat.tests.files import samples
from tests.browser.actions import Actions
from tests.browser.screen import Screen, is_accessible


@pytest.fixture
def shared(patient_page, tmp_path):
    """A patient has sent two photos and a document in one message; returns their page."""
    paths = [tmp_path / name for name in ("genou.jpg", "coude.png", "ordonnance.pdf")]
    for path, content in zip(paths, (samples.jpeg(), samples.png(), samples.pdf()), strict=True):
        path.write_bytes(content)
    patient = Screen(patient_page)
    patient.choose(*paths)
    expect(patient.ready).to_have_count(3)
    patient.send("Genou, coude et ordonnance")
    patient.sees_sent("Genou, coude et ordonnance")
    return patient_page


RESULT = "analyse de sang très très long nom de fichier résultat complet laboratoire 2026.pdf"
LETTER = "compte rendu de la consultation de cardiologie du mois de {} 2026.pdf"


@pytest.fixture
def long_names(patient_page, tmp_path):
    """A patient has sent documents with names that are long, and one that is not; returns their names."""
    names = [RESULT, LETTER.format("janvier"), LETTER.format("mars"), f"{'suite de ' * 10}{RESULT}", "note.pdf"]
    for name in names:
        (tmp_path / name).write_bytes(samples.pdf())
    patient = Screen(patient_page)
    patient.choose(*(tmp_path / name for name in names))
    expect(patient.ready).to_have_count(len(names))
    patient.send("Cinq documents")
    patient.sees_sent("Cinq documents")
    return names


def shown(name):
    """Of a name that may be cut, the end that is not."""
    ending = name.locator("span").last
    whole, inner = name.bounding_box(), ending.bounding_box()
    assert whole["x"] <= inner["x"]
    assert inner["x"] + inner["width"] <= whole["x"] + whole["width"] + 0.6
    assert inner["y"] + inner["height"] <= whole["y"] + whole["height"] + 0.6
    assert ending.evaluate("ending => ending.scrollWidth <= ending.clientWidth")
    return ending.inner_text()


def open_gallery(page):
    page.get_by_role("button", name="Options").click()
    page.get_by_role("link", name="Photos et documents").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Photos et documents")


def test_it_shows_the_photos_large(shared):
    open_gallery(shared)
    photos = shared.locator("[data-gallery] img")
    expect(photos).to_have_count(2)
    assert photos.first.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    link = shared.locator("[data-photo-link]").first
    link.click()
    dialog = shared.locator("dialog.lightbox")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[data-count]")).to_have_text("Photo 1 sur 2")
    shared.keyboard.press("ArrowRight")
    expect(dialog.locator("[data-count]")).to_have_text("Photo 2 sur 2")
    shared.keyboard.press("Escape")
    expect(link).to_be_focused()


def test_a_photo_that_was_withdrawn_meanwhile_is_called_so(shared, sign_in, people, complaints):
    complaints.forgive_refusals()
    page = sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}/files", width=375)
    links = page.locator("[data-gallery] a[data-photo-link]")
    dialog = page.locator("dialog.lightbox")
    links.first.click()
    photo, status = dialog.locator("[data-photo]"), dialog.get_by_role("status")
    expect(photo).to_be_visible()
    expect(status).to_be_empty()
    page.keyboard.press("Escape")

    Actions(shared).do("Genou, coude et ordonnance", "ask-retract")
    Actions(shared).dialog.locator("[data-action=retract]").click()
    expect(shared.locator(".message[data-retracted]")).to_have_count(1)
    links.last.click()

    expect(status).to_have_text("Cette photo a été retirée.")
    expect(photo).to_be_hidden()
    page.keyboard.press("Escape")


def test_a_photo_that_does_not_come_is_called_so(shared, complaints):
    complaints.forgive_cut_lines()
    open_gallery(shared)
    expect(shared.locator("photo-lightbox:defined")).to_have_count(1)
    shared.context.set_offline(True)
    dialog = shared.locator("dialog.lightbox")

    shared.locator("[data-photo-link]").first.click()

    expect(dialog.get_by_role("status")).to_contain_text("Cette photo ne peut pas être affichée.")
    shared.keyboard.press("Escape")
    shared.context.set_offline(False)
    shared.locator("[data-photo-link]").first.click()
    expect(dialog.locator("[data-photo]")).to_be_visible()
    expect(dialog.get_by_role("status")).to_be_empty()


def test_the_other_side_finds_the_document_and_its_message(shared, sign_in, people):
    page = sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}")
    open_gallery(page)
    page.get_by_role("link", name="Documents", exact=True).click()
    expect(page.locator("[data-gallery] .document__name")).to_have_text("ordonnance.pdf")
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger ordonnance.pdf").click()
    assert download.value.suggested_filename == "ordonnance.pdf"

    page.get_by_role("link", name="Voir le message").click()

    page.wait_for_url(f"**/professional/chat/{people.chat_id}?at=*")
    Screen(page).sees_sent("Genou, coude et ordonnance")


@pytest.mark.parametrize("width", [375, 1280])
def test_a_long_name_keeps_its_end_and_is_one_name(long_names, sign_in, people, width):
    page = sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}", width=width)
    names = page.locator(".document__name")
    expect(names).to_have_text(long_names)
    line = names.last.bounding_box()["height"]
    long = names.all()[:-1]
    endings = [shown(name) for name in long]
    assert [ending.endswith("2026.pdf") for ending in endings] == [True] * 4
    assert endings[1] != endings[2]
    cut = [name.locator("span").first.evaluate("part => part.scrollWidth > part.clientWidth") for name in long]
    assert cut == [width < 1280] * 3 + [True]

    for name, words in zip(long, long_names, strict=False):
        assert name.bounding_box()["height"] == pytest.approx(2 * line, abs=1)
        expect(name).to_have_attribute("title", words)
        assert name.inner_text() == words
        copied = "name => { getSelection().selectAllChildren(name); return String(getSelection()); }"
        assert name.evaluate(copied) == words
    assert names.last.get_attribute("title") is None


@pytest.mark.parametrize("width", [320, 1280])
def test_a_long_name_is_whole_in_the_gallery(long_names, sign_in, people, width):
    page = sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}/files?kind=document", width=width)
    names = page.locator("[data-gallery] .document__name")
    expect(names).to_have_count(5)
    for name in names.all():
        assert name.inner_text() in long_names
        cut = "part => part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight + 8"
        assert not any(part.evaluate(cut) for part in (name, *name.locator("span").all()))
    assert not page.evaluate("document.scrollingElement.scrollWidth > innerWidth")


def test_the_badge_stays_right_there(shared, sign_in, people):
    # A narrow window: a wide one opens the newest conversation after signing in, and so reads it.
    page = sign_in(people.doctor, width=375)
    with page.expect_response("**/chat/unread"):
        page.goto(f"/professional/chat/{people.chat_id}/files")
    expect(Screen(page).badge).to_have_text("1")
    Screen(shared).send("Encore un mot")
    expect(Screen(page).badge).to_have_text("2")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1280])
def test_it_is_accessible(shared, sign_in, people, width, scheme):
    page = sign_in(people.doctor, width=width, color_scheme=scheme, bypass_csp=True)
    for kind in ("image", "document"):
        with page.expect_response("**/chat/unread"):
            page.goto(f"/professional/chat/{people.chat_id}/files?kind={kind}")
        assert not page.evaluate("document.scrollingElement.scrollWidth > innerWidth")
        for link in page.locator("main a:visible").all():
            assert link.bounding_box()["height"] >= 44
        is_accessible(page)


def test_it_works_without_scripts(shared, sign_in, people):
    page = sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}", width=375, java_script_enabled=False)
    open_gallery(page)
    expect(page.locator("[data-gallery] img")).to_have_count(2)
    page.get_by_role("link", name="Documents", exact=True).click()
    expect(page.locator(".document__name")).to_have_text("ordonnance.pdf")
    page.get_by_role("link", name="Retour à la conversation").click()
    expect(page.locator("textarea[name=message_text]")).to_be_visible()
