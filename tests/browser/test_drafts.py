"""What is typed is kept in this tab, and nowhere else."""

from playwright.sync_api import expect

from chat.tests.files import samples
from tests.browser.screen import Screen


def test_a_draft_survives_a_reload(patient_page, tmp_path):
    patient = Screen(patient_page)
    letter = tmp_path / "ordonnance.pdf"
    letter.write_bytes(samples.pdf())
    patient.text.press_sequentially("Bonjour, je voulais")
    patient.choose(letter)
    expect(patient.uploads).to_have_attribute("data-state", "ready")

    patient_page.reload()

    expect(patient.text).to_have_value("Bonjour, je voulais")
    expect(patient.uploads).to_have_attribute("data-state", "ready")
    expect(patient.uploads).to_contain_text("ordonnance.pdf")


def test_what_is_typed_before_the_scripts_come_stays(patient_page, tmp_path):
    patient = Screen(patient_page)
    letter = tmp_path / "ordonnance.pdf"
    letter.write_bytes(samples.pdf())
    pending = []
    patient_page.route("**/static/js/chat.*js", lambda route: pending.append(route))
    with patient_page.expect_request("**/static/js/chat.*js"):
        patient_page.reload(wait_until="commit")
    patient.text.fill("Tapé trop tôt")
    patient.choose(letter)

    pending[0].continue_()

    expect(patient.uploads).to_have_attribute("data-state", "ready")
    expect(patient.text).to_have_value("Tapé trop tôt")
    patient_page.unroute("**/static/js/chat.*js")
    patient_page.reload()
    expect(patient.text).to_have_value("Tapé trop tôt")


def test_a_sent_text_does_not_come_back(patient_page):
    patient = Screen(patient_page)
    patient.send("Parti")
    patient.sees_sent("Parti")

    patient_page.reload()

    expect(patient.text).to_have_value("")
    patient.sees_sent("Parti")


def test_each_conversation_has_its_own_draft(doctor_page, people, backstage):
    other = backstage.patient_of(doctor_id=people.doctor.id, first_name="Cora", last_name="Petit")
    doctor = Screen(doctor_page)
    doctor.text.fill("Pour Ben")

    doctor_page.goto(f"/professional/chat/{other.chat_id}")
    expect(doctor.text).to_have_value("")
    doctor.text.fill("Pour Cora")
    doctor_page.goto(f"/professional/chat/{people.chat_id}")

    expect(doctor.text).to_have_value("Pour Ben")


def test_no_words_are_kept_beyond_the_tab(patient_page):
    patient = Screen(patient_page)
    patient.send("Secret médical")
    patient.sees_sent("Secret médical")
    patient.text.fill("Autre secret")

    assert patient_page.evaluate("localStorage.length") == 0
    assert "secret" not in patient_page.evaluate("document.cookie").lower()
    assert patient_page.evaluate("JSON.stringify(sessionStorage)").count("Secret médical") == 0


def test_signing_out_leaves_no_words(patient_page):
    patient = Screen(patient_page)
    patient.text.fill("Brouillon secret")
    assert "Brouillon secret" in patient_page.evaluate("JSON.stringify(sessionStorage)")

    patient_page.locator("form[action*=logout] button").dispatch_event("click")
    patient_page.wait_for_url("**/accounts/login/**")

    assert "Brouillon secret" not in patient_page.evaluate("JSON.stringify(sessionStorage)")
