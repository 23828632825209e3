"""A browser that translates the page draws other words: what is corrected, copied or quoted stays as it was written."""

from playwright.sync_api import expect

from tests.browser.actions import Actions

# As browsers do it: each text node becomes a <font> with other words.
TRANSLATE = """() => {
  document.documentElement.lang = "de";
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) if (texts.currentNode.data.trim()) found.push(texts.currentNode);
  for (const text of found.filter((node) => !node.parentElement.closest("script, textarea"))) {
    const words = document.createElement("font");
    words.textContent = "Übersetzt";
    text.replaceWith(words);
  }
}"""
KEEP_COPY = """Object.defineProperty(navigator, "clipboard", {
  value: { writeText: async (text) => { window.copied = text; } },
})"""


def test_words_come_from_what_was_written(doctor_page, patient_page, people, backstage):
    text = "Le pansement <tient>\n  mal, voir https://example.org/a&b"
    [written] = backstage.post(chat_id=people.chat_id, sender_id=people.doctor.id, texts=[text])
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=["Merci"])
    doctor_page.reload()
    doctor, patient = Actions(doctor_page), Actions(patient_page)
    doctor.screen.is_live()
    doctor.screen.text.fill("Un brouillon")
    doctor_page.evaluate(KEEP_COPY)
    doctor_page.evaluate(TRANSLATE)
    row = doctor_page.locator(f"[data-message-id='{written}']")
    expect(row.locator("[data-text]")).not_to_contain_text("pansement")

    def menu(action):
        row.hover()
        row.locator(".message__menu").click()
        doctor.dialog.locator(f"[data-action={action}]:visible").click()

    menu("ask-correct")
    expect(doctor.dialog.locator("#correction")).to_have_value(text)
    doctor.dialog.locator("[data-action=drop-correction]").click()
    menu("copy")
    assert doctor_page.evaluate("window.copied") == text
    expect(doctor.dialog).to_be_hidden()
    expect(doctor.screen.text).to_have_value("Un brouillon")

    menu("reply")
    expect(doctor_page.locator("reply-quote [data-words]")).to_have_text(text)
    expect(doctor_page.locator("reply-quote [data-who]")).to_have_text("vous")
    doctor_page.locator("[data-action=cancel-reply]").click()
    patients = doctor.screen.messages.filter(has_not=doctor_page.locator(f"[data-message-id='{written}']")).last
    patients.focus()
    doctor_page.keyboard.press("r")
    expect(doctor_page.locator("reply-quote [data-who]")).to_have_text("Ben Durand")
    expect(doctor_page.locator("reply-quote [data-words]")).to_have_text("Merci")

    patient.screen.send("Je regarde")
    expect(doctor_page.locator("[data-announce]")).to_contain_text("Ben Durand")
    expect(doctor_page.locator("[data-announce]")).to_contain_text("Je regarde")


def test_a_saved_draft_keeps_its_quote(doctor_page, people, backstage):
    backstage.post(chat_id=people.chat_id, sender_id=people.patient.id, texts=["Quand revenir ?"])
    doctor_page.reload()
    doctor = Actions(doctor_page)
    doctor.screen.is_live()
    doctor.do("Quand revenir ?", "reply")
    with doctor_page.expect_response("**/draft"):
        doctor.screen.text.fill("Mardi")
    doctor_page.evaluate("sessionStorage.clear()")
    # Before the scripts of the page run.
    doctor_page.add_init_script(f"document.addEventListener('readystatechange', {TRANSLATE}, {{ once: true }})")
    doctor_page.reload()

    expect(doctor.screen.text).to_have_value("Mardi")
    expect(doctor_page.locator("reply-quote [data-words]")).to_have_text("Quand revenir ?")
    expect(doctor_page.locator("reply-quote [data-who]")).to_have_text("Ben Durand")
