"""A person is chosen by a part of the name, and the name in the field is always the one that is sent."""

import pytest
from playwright.sync_api import expect

from tests.browser.screen import is_accessible

FORM = "/professional/consultations/new"


class Select:
    def __init__(self, page):
        self.page = page
        self.field = page.get_by_role("combobox", name="Patient")
        self.found = page.get_by_role("option")
        self.choice = page.locator("select[name=patient] option:checked")
        self.told = page.locator("person-select [role=status]")
        self.open_question = page.locator("person-select [data-open]")

    def marked(self):
        """The person whom a screen reader names while the focus stays in the field."""
        return self.page.locator(f"#{self.field.get_attribute('aria-activedescendant')}")


@pytest.fixture
def page(sign_in, people, backstage):
    for first_name, last_name in (("Zoé", "Lefèvre-Roy"), ("Alice", "Roy"), ("Bruno", "Petit")):
        backstage.patient_of(doctor_id=people.doctor.id, first_name=first_name, last_name=last_name)
    return sign_in(people.doctor, at=FORM, width=375, bypass_csp=True)


def test_the_keyboard_chooses(page):
    select, press = Select(page), page.keyboard.press
    select.field.focus()
    press("ArrowDown")
    expect(select.found).to_have_text(["Ben Durand", "Zoé Lefèvre-Roy", "Bruno Petit", "Alice Roy"])
    expect(select.marked()).to_have_text("Ben Durand")
    press("End")
    expect(select.marked()).to_have_text("Alice Roy")
    press("ArrowDown")
    expect(select.marked()).to_have_text("Ben Durand")
    press("ArrowUp")
    press("Home")
    is_accessible(page)
    press("Escape")
    expect(select.found).to_have_count(0)

    page.keyboard.type("LEFEVRE R")
    expect(select.found).to_have_text(["Zoé Lefèvre-Roy"])
    expect(select.told).to_have_text("1 personne trouvée")
    press("Enter")
    expect(select.field).to_have_value("Zoé Lefèvre-Roy")
    expect(select.choice).to_have_text("Zoé Lefèvre-Roy")

    # A name that is changed is no choice, until it is one again.
    press("Backspace")
    expect(select.choice).to_have_text("Choisissez un patient")
    press("Tab")
    expect(select.open_question).to_be_visible()
    press("Shift+Tab")
    press("End")
    page.keyboard.type("y")
    press("Tab")
    expect(select.choice).to_have_text("Zoé Lefèvre-Roy")
    expect(select.open_question).to_be_hidden()
    press("Shift+Tab")
    press("Escape")
    page.keyboard.type("xyz")
    expect(page.get_by_text("Personne dans cette liste ne porte ce nom.")).to_be_visible()


def test_a_finger_chooses(page):
    select = Select(page)
    select.field.click()
    for person in select.found.all():
        assert person.bounding_box()["height"] >= 44
    select.found.filter(has_text="Bruno").click()
    expect(select.field).to_have_value("Bruno Petit")
    expect(select.field).to_be_focused()
    expect(select.choice).to_have_text("Bruno Petit")


def test_without_scripts_it_is_a_select(sign_in, people):
    page = sign_in(people.doctor, at=FORM, java_script_enabled=False)
    page.get_by_label("Patient", exact=True).select_option(label="Ben Durand")
    expect(page.locator("select[name=patient]")).to_be_visible()
