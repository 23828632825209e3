"""What two people do with messages that were sent: answer, react, pin, correct, withdraw."""

from playwright.sync_api import expect


def test_a_reaction_comes_and_goes(talk):
    doctor, patient = talk
    doctor.react("La cheville a enflé.", "Merci")
    pill = patient.page.locator(".reaction")
    expect(pill).to_contain_text("Merci")
    expect(pill).to_have_attribute("aria-pressed", "false")
    expect(pill).to_have_attribute("title", "Dr. Ada Martin")
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
    quote.click()
    expect(patient.screen.message("La cheville a enflé.")).to_have_attribute("data-found", "")
    # The quote says what its source says now.
    patient.do("La cheville a enflé.", "ask-correct")
    patient.page.locator("#correction").fill("Le genou a enflé.")
    patient.dialog.get_by_role("button", name="Corriger", exact=True).click()
    expect(doctor.screen.message("Depuis quand ?").locator("a.quote")).to_contain_text("Le genou a enflé.")


def test_an_answer_that_is_not_sent_can_be_dropped_and_survives_a_reload(talk):
    doctor, _ = talk
    doctor.do("La cheville a enflé.", "reply")
    doctor.page.reload()
    expect(doctor.page.locator("reply-quote")).to_contain_text("La cheville a enflé.")
    doctor.screen.text.press("Escape")
    expect(doctor.page.locator("reply-quote")).to_be_hidden()


def test_a_correction_keeps_what_was_said(talk):
    doctor, patient = talk
    patient.do("La cheville a enflé.", "ask-correct")
    expect(patient.page.locator("#correction")).to_have_value("La cheville a enflé.")
    patient.page.locator("#correction").fill("La cheville gauche a enflé.")
    patient.dialog.get_by_role("button", name="Corriger", exact=True).click()
    doctor.screen.sees("La cheville gauche a enflé.")
    doctor.page.locator("[data-action=versions]:visible").click()
    expect(doctor.dialog.locator("[data-versions] p")).to_have_text(["La cheville a enflé."])


def test_a_withdrawn_message_leaves_its_place(talk):
    doctor, patient = talk
    patient.do("La cheville a enflé.", "ask-retract")
    patient.dialog.locator("[data-action=retract]").click()
    gone = doctor.page.locator(".message[data-retracted]")
    expect(gone).to_contain_text("Message retiré par Ben Durand")
    expect(doctor.page.get_by_text("La cheville a enflé.", exact=True)).to_have_count(0)
    expect(patient.page.locator(".message[data-retracted]")).to_have_count(1)


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


def test_the_receipt_is_told_on_demand(talk):
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


def test_what_cannot_be_done_is_said(talk, complaints):
    complaints.forgive_cut_lines()
    doctor, _ = talk
    doctor.menu("La cheville a enflé.")
    doctor.page.route("**/api/chat/message/*/pin", lambda route: route.abort())
    doctor.dialog.locator("[data-action=pin]").click()
    expect(doctor.dialog.get_by_role("alert")).to_contain_text("Réessayez")


def test_it_says_where_copying_is_not_possible(talk):
    """On plain http browsers have no clipboard."""
    doctor, _ = talk
    doctor.page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    doctor.do("La cheville a enflé.", "copy")
    expect(doctor.dialog.get_by_role("alert")).to_have_text("Cela n’a pas pu être fait")
