"""Actions on messages that were sent: answer, react, pin, correct, withdraw."""

import re

from playwright.sync_api import expect

# "lundi 9 mars 2026, 20:49"
MOMENT = re.compile(r"^[a-z]+ \d+(er)? \S+ \d{4}, \d+:\d\d$")


def test_a_reaction_comes_and_goes(talk):
    doctor, patient = talk
    doctor.react("La cheville a enflé.", "Merci")
    reaction = patient.page.locator(".reaction")
    expect(reaction).to_contain_text("Merci")
    expect(reaction).to_have_attribute("aria-pressed", "false")
    expect(reaction).to_have_attribute("title", "Dr. Ada Martin")
    expect(doctor.page.locator(".reaction")).to_have_attribute("aria-pressed", "true")
    doctor.page.locator(".reaction").click()
    expect(patient.page.locator(".reaction")).to_have_count(0)


def test_an_answer_quotes_and_leads_back(talk):
    doctor, patient = talk
    doctor.do("La cheville a enflé.", "reply")
    expect(doctor.screen.text).to_be_focused()
    doctor.screen.send("Depuis quand ?")
    quote = patient.screen.message("Depuis quand ?").locator("a.quote")
    expect(quote).to_contain_text("Ben Durand")
    expect(quote).to_contain_text("La cheville a enflé.")
    expect(quote.get_by_text("Corrigé")).to_be_hidden()
    quote.click()
    expect(patient.screen.message("La cheville a enflé.")).to_have_attribute("data-found", "")
    # The quote shows the present text of its source.
    patient.do("La cheville a enflé.", "ask-correct")
    patient.page.locator("#correction").fill("Le genou a enflé.")
    patient.button("Corriger").click()
    for screen in (doctor.screen, patient.screen):
        expect(screen.message("Depuis quand ?").locator("a.quote")).to_have_text(
            re.compile(r"Ben Durand Corrigé à \d+:\d\d Le genou a enflé\.$")
        )
    doctor.do("Le genou a enflé.", "reply")
    expect(doctor.page.locator("reply-quote").get_by_text("Corrigé")).to_be_visible()
    doctor.page.reload()
    expect(doctor.page.locator("reply-quote").get_by_text("Corrigé")).to_be_visible()
    doctor.screen.send("Et maintenant ?")
    expect(patient.screen.message("Et maintenant ?").locator("a.quote").get_by_text("Corrigé")).to_be_visible()


def test_an_answer_that_is_not_sent_can_be_dropped_and_survives_a_reload(talk):
    doctor, _ = talk
    doctor.do("La cheville a enflé.", "reply")
    doctor.page.reload()
    expect(doctor.page.locator("reply-quote")).to_contain_text("La cheville a enflé.")
    doctor.screen.text.press("Escape")
    expect(doctor.page.locator("reply-quote")).to_be_hidden()


def test_a_correction_keeps_the_earlier_text(talk):
    doctor, patient = talk
    patient.do("La cheville a enflé.", "ask-correct")
    expect(patient.page.locator("#correction")).to_have_value("La cheville a enflé.")
    patient.page.locator("#correction").fill("La cheville gauche a enflé.")
    patient.button("Corriger").click()
    doctor.screen.sees("La cheville gauche a enflé.")
    doctor.page.locator("[data-action=versions]:visible").click()
    version = doctor.dialog.locator("[data-versions] li")
    expect(version.locator("p")).to_have_text(["La cheville a enflé."])
    expect(version.locator("time")).to_have_text([MOMENT, re.compile(f"^Remplacé le {MOMENT.pattern[1:]}")])


def test_both_see_when_it_was_corrected(talk):
    """The versions show which text was read at which time."""
    doctor, patient = talk
    expect(patient.screen.message("La cheville a enflé.").locator(".message__versions")).to_have_count(0)
    patient.do("La cheville a enflé.", "ask-correct")
    patient.page.locator("#correction").fill("La cheville gauche a enflé.")
    patient.button("Corriger").click()
    for person in (doctor, patient):
        corrected = person.screen.message("La cheville gauche a enflé.").locator(".message__versions")
        expect(corrected).to_have_text(re.compile(r"^Corrigé à \d+:\d\d.:.«.La cheville gauche a enflé..»$"))
        expect(corrected.locator("time")).to_have_attribute("title", MOMENT)
        person.do("La cheville gauche a enflé.", "details")
        expect(person.dialog.locator("[data-fact=edited_at]")).to_have_text(MOMENT)
        expect(person.dialog.locator("[data-fact=retracted_at]")).to_be_hidden()


def test_the_day_is_written_beside_what_was_changed_on_another(talk):
    doctor, _ = talk
    row = doctor.screen.message("La cheville a enflé.")
    words = row.evaluate(
        """async (row) => {
          const { MessageGrouping } = await import("/static/js/thread/message-grouping.js");
          const { Clock } = await import("/static/js/lib/time.js");
          const copy = row.cloneNode(true);
          copy.dataset.at = "2025-03-09T22:30:00Z";
          const write = (at) => {
            copy.querySelector(".message__meta").innerHTML = `<time></time><time datetime="${at}" data-changed></time>`;
            new MessageGrouping(document.createElement("ol"), new Clock("fr", "Europe/Paris")).apply([copy]);
            return copy.querySelector("[data-changed]").textContent;
          };
          return ["2025-03-09T22:45:00Z", "2025-03-09T23:05:00Z"].map(write);
        }"""
    )
    assert words == ["à 23:45", "le 10 mars 2025 à 0:05"]


def test_a_withdrawn_message_leaves_its_place(talk):
    doctor, patient = talk
    patient.do("La cheville a enflé.", "ask-retract")
    patient.dialog.locator("[data-action=retract]").click()
    gone = doctor.page.locator(".message[data-retracted]")
    expect(gone).to_contain_text("Message retiré par Ben Durand")
    expect(doctor.page.get_by_text("La cheville a enflé.", exact=True)).to_have_count(0)
    expect(patient.page.locator(".message[data-retracted]")).to_have_count(1)
    for person in (doctor, patient):
        row = person.page.locator(".message[data-retracted]")
        expect(row).to_have_text(re.compile(r"Message retiré par Ben Durand à \d+:\d\d\s"))
        row.focus()
        person.page.keyboard.press("Enter")
        person.dialog.locator("[data-action=details]").click()
        expect(person.dialog.locator("[data-fact=retracted_at]")).to_have_text(MOMENT)
        expect(person.dialog.locator("[data-fact=edited_at]")).to_be_hidden()


def test_the_versions_of_a_withdrawn_photo_name_it(talk, photo):
    doctor, patient = talk
    patient.screen.choose(photo)
    expect(patient.screen.ready).to_have_count(1)
    patient.page.locator("chat-composer button[type=submit]").click()
    row = patient.page.locator(".message:has(.photos)").and_(patient.screen.stored)
    # Whoever still loaded it would get a 410.
    for person in (doctor, patient):
        expect(person.page.locator(".photos img")).to_have_js_property("complete", True)
    row.focus()
    patient.page.keyboard.press("Enter")
    patient.dialog.locator("[data-action=ask-retract]").click()
    patient.dialog.locator("[data-action=retract]").click()
    for person in (doctor, patient):
        person.page.locator(".message[data-retracted]").focus()
        person.page.keyboard.press("Enter")
        person.dialog.locator("[data-action=versions]:visible").click()
        version = person.dialog.locator("[data-versions] li")
        expect(version.locator("p")).to_have_text(["cheville.jpg (fichier retiré)"])
        expect(version.locator("time").last).to_have_text(re.compile(f"^Retiré le {MOMENT.pattern[1:]}"))


def test_nobody_changes_the_words_of_others(talk):
    doctor, _ = talk
    doctor.menu("La cheville a enflé.")
    expect(doctor.dialog.locator("[data-action=reply]")).to_be_visible()
    expect(doctor.dialog.locator("[data-action=ask-correct]")).to_be_hidden()
    expect(doctor.dialog.locator("[data-action=ask-retract]")).to_be_hidden()


def test_a_pin_is_in_sight_of_both(talk):
    doctor, patient = talk
    doctor.do("La cheville a enflé.", "pin")
    row = patient.page.locator("details.pins")
    expect(row).to_contain_text("La cheville a enflé.")
    row.locator("summary").click()
    row.locator("a[data-quoted]").click()
    expect(patient.screen.message("La cheville a enflé.")).to_have_attribute("data-found", "")
    row.locator("summary").click()
    row.locator("[data-action=unpin]").click()
    expect(doctor.page.locator("details.pins")).to_be_hidden()


def test_the_receipt_is_shown_on_demand(talk):
    _, patient = talk
    patient.do("La cheville a enflé.", "details")
    expect(patient.dialog.locator("[data-fact=sent_at]")).not_to_be_empty()
    patient.page.keyboard.press("Escape")
    expect(patient.dialog).to_be_hidden()


def test_keys_alone_are_enough(talk):
    doctor, _ = talk
    doctor.screen.text.focus()
    row = doctor.screen.message("La cheville a enflé.")
    row.focus()
    doctor.page.keyboard.press("Enter")
    expect(doctor.dialog).to_be_visible()
    doctor.page.keyboard.press("Escape")
    expect(doctor.dialog).to_be_hidden()
    row.focus()
    doctor.page.keyboard.press("r")
    expect(doctor.page.locator("reply-quote")).to_be_visible()
    expect(doctor.screen.text).to_be_focused()


def test_a_control_keeps_the_focus_when_its_row_is_drawn_anew(talk):
    doctor, patient = talk
    doctor.react("La cheville a enflé.", "Merci")
    chip = patient.page.locator(".reaction")
    chip.focus()
    for pressed in ("true", "false"):
        patient.page.keyboard.press("Enter")
        expect(chip).to_have_attribute("aria-pressed", pressed)
        expect(chip).to_be_focused()
    doctor.page.locator(".reaction").focus()
    doctor.page.keyboard.press("Enter")
    expect(chip).to_have_count(0)
    expect(patient.screen.message("La cheville a enflé.")).to_be_focused()


def test_a_failed_action_is_shown(talk, complaints):
    complaints.forgive_cut_lines()
    doctor, _ = talk
    doctor.menu("La cheville a enflé.")
    doctor.page.route("**/api/chat/message/*/pin", lambda route: route.abort())
    doctor.dialog.locator("[data-action=pin]").click()
    expect(doctor.dialog.get_by_role("alert")).to_contain_text("Réessayez")


def test_it_shows_where_copying_is_not_possible(talk):
    """On plain http browsers have no clipboard."""
    doctor, _ = talk
    doctor.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    doctor.do("La cheville a enflé.", "copy")
    expect(doctor.dialog.get_by_role("alert")).to_have_text("Cela n’a pas pu être fait")
