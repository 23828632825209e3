"""Every width, light and dark, French and English, with and without scripts, and without seeing the screen."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.screen import Screen, is_accessible, wait_until

LONG = "https://example.org/" + "a" * 300


def fill(backstage, people):
    backstage.post(chat_id=people.chat_id, sender_id=people.doctor.id, texts=["Bonjour", "Comment allez-vous ?"])
    backstage.post(
        chat_id=people.chat_id,
        sender_id=people.patient.id,
        texts=["Bien, merci.", LONG, "Anticonstitutionnellement" * 8],
    )


@pytest.mark.parametrize("width", [320, 375, 1280])
def test_nothing_is_wider_than_the_window(sign_in, people, backstage, width):
    fill(backstage, people)
    page = sign_in(people.patient, width=width)
    wide = "document.scrollingElement.scrollWidth > innerWidth"
    assert not page.evaluate(wide)

    page.goto(f"/patient/chat/{people.chat_id}")
    Screen(page).is_live()

    assert not page.evaluate(wide)
    assert page.locator(".thread__scroll").evaluate("scroller => scroller.scrollWidth <= scroller.clientWidth")
    expect(Screen(page).text).to_be_in_viewport()


def test_a_long_name_is_read_whole_over_its_thread(sign_in, people, backstage):
    """Doctors must be able to read the full name of the person they write to."""
    first_name, last_name = "Anne-Sophie", "Montgolfier-Delaunay"
    other = backstage.patient_of(doctor_id=people.doctor.id, first_name=first_name, last_name=last_name)
    page = sign_in(people.doctor, at=f"/professional/chat/{other.chat_id}", width=320)
    name, tools = page.locator(".thread__name"), page.locator(".thread__head .icon-button, .tools__button")
    expect(name).to_have_text(f"{first_name} {last_name}")
    line = name.evaluate("name => parseFloat(getComputedStyle(name).lineHeight)")

    for width, lines in ((320, 3), (375, 3), (768, 2), (1280, 1)):
        page.set_viewport_size({"width": width, "height": 700})
        hidden = "name => [name.scrollWidth - name.clientWidth, name.scrollHeight - name.clientHeight]"
        beside, below = name.evaluate(hidden)
        assert (beside, below < line / 2) == (0, True), f"cut at {width} px"
        assert name.bounding_box()["height"] <= lines * line + 1
        assert not page.evaluate("document.scrollingElement.scrollWidth > innerWidth")
        for tool in tools.filter(visible=True).all():
            expect(tool).to_be_in_viewport(ratio=1)
            assert min(tool.bounding_box()[side] for side in ("width", "height")) >= 44
        options = page.get_by_role("button", name="Options")
        options.click()
        button, menu = options.bounding_box(), page.locator("#thread-menu").bounding_box()
        assert menu["y"] >= button["y"] + button["height"]
        page.keyboard.press("Escape")


def test_the_shortest_words_can_be_touched(sign_in, backstage):
    page = sign_in(backstage.pair(language="en").patient, width=375)
    expect(page.locator(".tab").first).to_have_text("All")

    for tab in page.locator(".tab").all():
        box = tab.bounding_box()
        assert min(box["width"], box["height"]) >= 44, tab.inner_text()


def test_dark_is_dark(sign_in, people):
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", color_scheme="dark")

    luminance = """() => {
      const pixel = document.createElement("canvas").getContext("2d");
      pixel.fillStyle = getComputedStyle(document.querySelector(".thread")).backgroundColor;
      pixel.fillRect(0, 0, 1, 1);
      return Math.max(...pixel.getImageData(0, 0, 1, 1).data.slice(0, 3));
    }"""
    assert page.evaluate(luminance) < 80


def test_it_speaks_english_to_who_reads_english(sign_in, backstage):
    people = backstage.pair(language="en")
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", locale="en-GB")
    patient = Screen(page)
    patient.send("Hello")
    patient.sees_sent("Hello")

    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".day h3")).to_have_text("Today")
    expect(page.locator(".receipt-line")).to_contain_text("Sent")
    expect(page.get_by_role("button", name="Send")).to_be_visible()


def test_it_speaks_french_to_who_reads_french(patient_page):
    patient = Screen(patient_page)
    patient.send("Bonjour")
    patient.sees_sent("Bonjour")

    expect(patient_page.locator("html")).to_have_attribute("lang", "fr")
    expect(patient_page.locator(".day h3")).to_have_text("Aujourd’hui")
    expect(patient_page.locator(".receipt-line")).to_contain_text("Envoyé")
    expect(patient_page.get_by_role("button", name="Envoyer")).to_be_visible()


@pytest.mark.parametrize("width", [320, 1280])
def test_it_speaks_arabic_from_right_to_left(sign_in, people, backstage, width):
    """Chosen on the page itself, where a reader of Arabic may have landed in French."""
    fill(backstage, people)
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", width=width, bypass_csp=True)
    if width == 320:
        page.locator(".tools__button").click()
    page.locator("[popovertarget=languages]:visible").first.click()
    page.get_by_role("button", name="العربيّة").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    patient = Screen(page)
    patient.is_live()
    patient.send("صباح الخير")
    patient.sees_sent("صباح الخير")

    expect(page.locator("html")).to_have_attribute("lang", "ar")
    expect(page.locator(".day h3").last).to_have_text("اليوم")
    expect(page.locator(".receipt-line")).to_contain_text("أُرسلت")
    own, other = page.locator(".bubble").last.bounding_box(), page.locator(".bubble").first.bounding_box()
    assert own["x"] < other["x"]
    assert not page.evaluate("document.scrollingElement.scrollWidth > innerWidth")
    is_accessible(page)


def test_a_list_from_right_to_left_shows_the_beginning_of_names_and_words(sign_in, backstage):
    people = backstage.pair(language="ar")
    first_name, text = "Anne-Sophie Marguerite", "Bonjour Madame, voici la longue explication promise hier"
    other = backstage.patient_of(doctor_id=people.doctor.id, first_name=first_name, last_name="de Montgolfier")
    backstage.post(chat_id=other.chat_id, sender_id=people.doctor.id, texts=[text])
    doctor = Screen(sign_in(people.doctor, width=320))
    expect(doctor.list_banner).to_have_attribute("data-state", "live")
    row = doctor.row_of(other.chat_id)

    # Where the first letter is drawn, measured from the start of its own box.
    hidden = """part => {
      const first = document.createRange();
      first.setStart(part.firstChild, 0);
      first.setEnd(part.firstChild, 1);
      const {left} = part.getBoundingClientRect();
      return [part.scrollWidth > part.clientWidth, first.getBoundingClientRect().left >= left - 1];
    }"""
    # A row that was just on no screen is laid out a frame later.
    for part in (".conversation__name", ".conversation__last > :last-child"):
        wait_until(doctor.page, lambda part=part: row.locator(part).evaluate(hidden) == [True, True])
    expect(row.locator(".conversation__last > :first-child")).to_have_text("أنت:")


def test_the_tail_of_a_bubble_is_not_cut(patient_page):
    """Rows that are not laid out while off screen cut what reaches out of them, unless they leave it room."""
    patient = Screen(patient_page)
    patient.send("Bonjour")
    patient.sees_sent("Bonjour")
    box = patient.message("Bonjour").locator(".bubble").bounding_box()
    image = Image.open(io.BytesIO(patient_page.screenshot())).convert("RGB")
    beside = [image.getpixel((round(box["x"] + box["width"]) + 2, round(box["y"] + y))) for y in (4, box["height"] - 2)]
    assert beside[0] != beside[1]


def test_a_patient_reads_that_the_practice_has_read(doctor_page, patient_page):
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    doctor.act()
    patient.send("Une question")
    doctor.sees_sent("Une question")
    expect(patient_page.locator(".receipt-line")).to_contain_text("Lu par le cabinet à")
    doctor.send("Une réponse")

    expect(doctor_page.locator(".receipt-line")).to_contain_text("Lu à")
    live = patient_page.locator(".receipt-line").inner_text()
    patient_page.reload()
    patient.is_live()
    assert patient_page.locator(".receipt-line").inner_text() == live


def test_it_shows_the_time_in_the_zone_of_the_reader(sign_in, people, backstage):
    """The time zone is that of the profile, not that of the device."""
    backstage.post(chat_id=people.chat_id, sender_id=people.doctor.id, texts=["Bonjour"])
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", timezone_id="Asia/Tokyo")
    Screen(page).is_live()

    time = page.locator(".message time").first
    at = time.get_attribute("datetime")
    shown = page.evaluate(
        "at => new Intl.DateTimeFormat('fr', {timeStyle: 'short', timeZone: 'Europe/Paris'}).format(new Date(at))", at
    )
    assert time.inner_text() == shown.removeprefix("0")


def test_it_sends_and_reads_without_scripts(sign_in, doctor_page, people):
    page = sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", java_script_enabled=False)
    page.locator("textarea[name=message_text]").fill("Sans script")
    page.locator(".send").click()
    expect(page.locator(".message", has_text="Sans script")).to_be_visible()

    doctor = Screen(doctor_page)
    doctor.sees_sent("Sans script")
    doctor.send("Bien reçu")
    doctor.sees_sent("Bien reçu")
    page.goto(f"/patient/chat/{people.chat_id}")

    expect(page.locator(".message", has_text="Bien reçu")).to_be_visible()
    expect(doctor_page.locator(".receipt-line")).to_have_attribute("data-state", "read")


def test_going_back_shows_what_came_meanwhile(doctor_page, patient_page, people):
    doctor, patient = Screen(doctor_page), Screen(patient_page)
    patient.is_live()
    patient_page.goto("/patient/visits")
    doctor.send("Pendant votre absence")
    doctor.sees_sent("Pendant votre absence")

    patient_page.go_back()

    patient.sees_sent("Pendant votre absence")
    patient.send("Me revoilà")
    doctor.sees_sent("Me revoilà")
