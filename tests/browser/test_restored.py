"""A backup is restored elsewhere at the same address: all sign-ins have ended, no unsent word is lost."""

import pytest
from playwright.sync_api import expect

from tests.browser.backstage import Backstage
from tests.browser.conftest import fill_sign_in
from tests.browser.screen import Screen
from tests.browser.server import Server
from tests.browser.test_drafts_follow import saved

# It starts a server twice, and restores a backup between.
pytestmark = [pytest.mark.sqlite, pytest.mark.timeout(480)]


@pytest.fixture
def server(tmp_path):
    """One of this test's own, which is lost."""
    folder = tmp_path / "clinic"
    folder.mkdir()
    server = Server(folder)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def people(server):
    backstage = Backstage(server)
    yield backstage.pair()
    backstage.close()


@pytest.fixture
def page_of(new_context):
    """Sign a person in by the page for it, in a browser of their own."""

    def page_of(person, at):
        page = new_context().new_page()
        page.goto(at)
        fill_sign_in(page, person)
        Screen(page).is_live()
        return page

    return page_of


def restore_elsewhere(server, folder):
    """Its database and its uploads are lost; another machine gets what the place has, and its address."""
    server.kill()
    server.environment |= {
        "DATABASE_URL": f"sqlite:///{folder / 'restored.sqlite3'}",
        "ASSETS_ROOT": str(folder / "restored"),
    }
    server.run("manage.py", "restore", str(folder / "place"))
    server.start()


def come_back(page, person):
    page.locator("[data-action=sign-in]").click()
    fill_sign_in(page, person)


def test_unsent_words_wait_for_the_same_person_to_sign_in_again(server, people, page_of, tmp_path, complaints):
    complaints.forgive_cut_lines()
    doctor_page = page_of(people.doctor, f"/professional/chat/{people.chat_id}")
    patient_page = page_of(people.patient, f"/patient/chat/{people.chat_id}")
    # On it somebody else will sign in.
    shared_page = page_of(people.patient, f"/patient/chat/{people.chat_id}")
    doctor, patient, shared = Screen(doctor_page), Screen(patient_page), Screen(shared_page)
    patient.send("Avant")
    doctor.sees_sent("Avant")
    with saved(patient_page, "Ancien"):
        patient.text.fill("Ancien")
    server.run("manage.py", "backup", str(tmp_path / "place"))

    patient.text.fill("")
    patient.send("Perdu")
    doctor.sees_sent("Perdu")
    # The server has these words, and what is restored has older ones.
    with saved(patient_page, "enregistré"):
        patient.text.fill("Aussi enregistré")
    server.kill()
    doctor.send("Pas parti")
    doctor.text.fill("Et ceci encore")
    shared.send("Jamais pour un autre")
    shared.text.fill("Ni ceci")
    restore_elsewhere(server, tmp_path)

    come_back(patient_page, people.patient)
    expect(patient.text).to_have_value("Aussi enregistré")
    come_back(doctor_page, people.doctor)
    doctor.sees_sent("Pas parti")
    patient.sees_sent("Pas parti")
    expect(doctor.text).to_have_value("Et ceci encore")

    come_back(shared_page, people.doctor)
    shared.sees_sent("Pas parti")
    kept = shared_page.evaluate("JSON.stringify(sessionStorage)")
    assert not [words for words in ("Jamais pour un autre", "Ni ceci") if words in kept + shared_page.content()]
    assert doctor.texts() == patient.texts() == ["Avant", "Pas parti"]
    for page in doctor_page, patient_page:
        expect(page.locator(".lost")).to_contain_text("ont été perdus lors d’une panne")
