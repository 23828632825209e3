"""The whole way of a doctor and of a patient with the keyboard alone: no pointer, and the focus is never lost."""

import re
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.actions import Actions
from tests.browser.backstage import PASSWORD

FOCUSED = """() => {
  const { activeElement: focused, body } = document;
  if (focused === body) return "nothing";
  const { top, bottom, left, right } = focused.getBoundingClientRect();
  const isSeen = focused.checkVisibility() && bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  return (isSeen ? "" : "out of sight: ") + focused.outerHTML.slice(0, 200);
}"""
HAS_FOCUS = "element => element === document.activeElement"


class Keyboard:
    """What a person does who has no mouse and sees the page."""

    def __init__(self, page: Page):
        self.page, self.press, self.type = page, page.keyboard.press, page.keyboard.type

    def to(self, target: Locator, key="Tab"):
        """Press Tab until this has the focus, which nothing holds, and which is in sight on the whole way."""
        expect(target).to_be_attached()
        way = []
        for _ in range(100):
            if target.evaluate(HAS_FOCUS):
                return
            self.press(key)
            way.append(self.page.evaluate(FOCUSED))
            assert not way[-1].startswith("out of sight"), way
            # After the last element the browser begins again at the first one.
            assert way.count(way[-1]) < 3, way
        raise AssertionError(way)

    def use(self, target: Locator, key="Tab"):
        self.to(target, key)
        self.press("Enter")


@pytest.fixture
def others(backstage, people):
    """Another patient of the doctor, and another doctor of the patient."""
    alice = backstage.patient_of(doctor_id=people.doctor.id, first_name="Alice", last_name="Roux")
    carla = backstage.doctor_of(patient_id=people.patient.id, first_name="Carla", last_name="Morel")
    for other, words in ((alice, "Question d'Alice"), (carla, "Mot de Carla")):
        backstage.post(chat_id=other.chat_id, sender_id=other.id, texts=[words])
    return {"doctor": alice, "patient": carla}


@pytest.fixture
def arrives(new_context, people, others, backstage, letter):
    """Signed in by the keyboard, with a message of the other side: arrives("doctor") -> Keyboard, Actions."""

    def arrives(role, **options):
        [other] = {"doctor", "patient"} - {role}
        backstage.post(chat_id=people.chat_id, sender_id=getattr(people, other).id, texts=["Comment allez-vous ?"])
        page = new_context(**options).new_page()
        page.on("filechooser", lambda chooser: chooser.set_files(letter))
        keys = Keyboard(page)
        page.goto("/")
        keys.to(page.locator("input[name=login]"))
        keys.type(getattr(people, role).email)
        keys.to(page.locator("input[name=password]"))
        keys.type(PASSWORD)
        keys.press("Enter")
        expect(page.get_by_role("heading", name="Conversations", exact=True)).to_be_visible()
        return keys, Actions(page)

    return arrives


def talks(keys, actions, people):
    """Open, write, send, attach a file, react, correct, and find it again."""
    page, screen, reaction = keys.page, actions.screen, actions.screen.messages.first.locator(".reaction")
    keys.use(screen.row_of(people.chat_id).locator("a"))
    page.wait_for_url(f"**/chat/{people.chat_id}")
    screen.is_live()
    keys.type("Bonjour")
    keys.press("Enter")
    screen.sees_sent("Bonjour")

    keys.to(page.locator("#composer-files"), "Shift+Tab")
    keys.press("Enter")
    expect(screen.text).to_be_focused()
    keys.type("Voici la lettre")
    expect(screen.ready).to_have_count(1)
    keys.press("Enter")
    screen.sees_sent("Voici la lettre")

    keys.to(screen.message("Voici la lettre"), "Shift+Tab")
    keys.press("Home")
    expect(screen.message("Comment allez-vous ?")).to_be_focused()
    keys.press("Enter")
    expect(actions.button("Bien compris")).to_be_focused()
    keys.press("Enter")
    expect(reaction).to_have_accessible_name(re.compile("^Bien compris par .*«.Comment allez-vous.+»$"))
    expect(screen.messages.first).to_be_focused()
    keys.press("End")
    keys.press("Enter")
    keys.use(actions.button("Corriger"))
    expect(page.locator("#correction")).to_be_focused()
    keys.press("Control+End")
    keys.type(" du zèbre")
    keys.use(actions.button("Corriger"))
    screen.sees_sent("Voici la lettre du zèbre")
    expect(screen.message("Voici la lettre du zèbre")).to_be_focused()
    corrected = screen.messages.last.locator("[data-action=versions]")
    expect(corrected).to_have_accessible_name(re.compile("^Corrigé à .*«.Voici la lettre du zèbre.»$"))

    keys.press("Control+k")
    keys.press("Control+k")
    expect(page.locator("#search")).to_be_focused()
    keys.type("zebre")
    keys.press("Enter")
    keys.use(page.locator(".result"))
    expect(screen.message("Voici la lettre du zèbre")).to_be_in_viewport()
    # The rows are there before the scripts, which know the keys.
    screen.is_live()


def next_conversation(keys, other):
    keys.press("Alt+ArrowDown")
    expect(keys.page.locator("chat-thread")).to_have_attribute("data-chat-id", str(other.chat_id))


def enlarges(keys):
    """In the profile: larger text."""
    page = keys.page
    keys.use(page.get_by_role("link", name="Profil"))
    keys.to(page.get_by_label("Taille du texte"))
    keys.press("ArrowDown")
    keys.use(page.get_by_role("button", name="Enregistrer"))
    expect(page.locator("html")).to_have_attribute("data-text-size", "large")


def test_a_doctor_needs_no_mouse(arrives, people, others):
    keys, actions = arrives("doctor")
    page = keys.page
    talks(keys, actions, people)
    next_conversation(keys, others["doctor"])
    enlarges(keys)

    keys.use(page.get_by_role("link", name="Consultations"))
    keys.use(page.get_by_role("link", name="Nouveau rendez-vous"))
    keys.to(page.get_by_role("combobox", name="Patient"))
    keys.type("dur")
    keys.press("Enter")
    keys.to(page.get_by_label("Date"))
    # The order of day and month is that of the browser's own language.
    keys.type(f"1212{date.today().year + 1}")
    keys.to(page.get_by_label("Heure"))
    keys.type("0930AM")
    keys.to(page.get_by_label("Motif"))
    keys.type("Contrôle")
    keys.to(page.get_by_label("Lieu"))
    keys.type("Salle 2")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("12 décembre")
    expect(page.get_by_role("heading", name="Ben Durand")).to_be_visible()
    keys.use(page.get_by_role("button", name=re.compile("^Ouvrir le chat")))
    expect(page.locator("#thread-title")).to_have_text("Ben Durand")

    keys.use(page.get_by_role("button", name="Quitter"))
    expect(page.locator("input[name=login]")).to_be_visible()


def test_a_patient_needs_no_mouse(arrives, people, others, backstage):
    backstage.book(doctor_id=people.doctor.id, patient_id=people.patient.id, reason="Contrôle")
    keys, actions = arrives("patient", width=375)
    page = keys.page
    talks(keys, actions, people)
    next_conversation(keys, others["patient"])
    keys.use(page.get_by_role("link", name="Retour aux conversations"))
    enlarges(keys)

    keys.use(page.get_by_role("link", name="Rendez-vous"))
    keys.use(page.get_by_role("link", name=re.compile("Contrôle")))
    keys.use(page.get_by_role("button", name=re.compile("^Ouvrir le chat")))
    expect(page.locator("#thread-title")).to_have_text("Dr. Ada Martin")

    keys.use(page.get_by_role("link", name="Retour aux conversations"))
    keys.use(page.get_by_role("link", name="Profil"))
    keys.use(page.get_by_role("main").get_by_role("button", name="Se déconnecter", exact=True))
    expect(page.locator("input[name=login]")).to_be_visible()
