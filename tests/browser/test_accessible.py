"""The states of the pictures in every language and look, at every width, examined by axe."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screen import is_accessible
from tests.screenshots.states import STATES, State, wait_until_live

NOT_FOUND = re.compile("status of 404")
LANGUAGES = ("fr", "en", "ar")
WIDTHS = (320, 375, 1280, 1600)
LOOKS = (
    {"color_scheme": "light", "forced_colors": "none"},
    {"color_scheme": "dark", "forced_colors": "none"},
    {"color_scheme": "light", "forced_colors": "active"},
)
# In all languages; the others in one each.
MAIN = {"sign-in", "list", "thread", "search", "appointment", "profile"}


def wait_until_named(page: Page) -> None:
    """Scripts of the admin draw the fields of people, and ours name them."""
    expect(page.locator(".select2-selection[aria-labelledby*=label]")).to_have_count(2)


MORE = (
    State("files of a conversation", "/patient/chat/{talk}/files", "patient"),
    State("who saw a conversation", "/patient/chat/{talk}/access", "patient"),
    State("new appointment", "/professional/consultations/new", "doctor"),
    State("appointments", "/professional/consultations", "doctor"),
    State("statement", "/accessibility"),
    State("admin: a person", "/admin/accounts/user/{person}/change/", "admin"),
    State("admin: a new appointment", "/admin/appointments/appointment/add/", "admin", wait_until_named),
    State("admin: appointments", "/admin/appointments/appointment/", "admin"),
    State("thread of a doctor", "/professional/chat/{talk}", "doctor", wait_until_live),
)
EXAMINED = [state for state in STATES if not state.options] + list(MORE)
CASES = [
    (state, language)
    for number, state in enumerate(EXAMINED)
    for language in (LANGUAGES if state.name in MAIN else [LANGUAGES[number % len(LANGUAGES)]])
]


@pytest.fixture(scope="module")
def stage(backstage):
    return backstage.stage()


@pytest.mark.parametrize(("state", "language"), CASES, ids=[f"{state.name} {language}" for state, language in CASES])
def test_axe_finds_nothing(stage, sign_in, new_context, backstage, complaints, state, language):
    complaints.forgive_cut_lines()
    complaints.forgive(NOT_FOUND)
    complaints.forgive_refusals()
    address = state.address.format(**vars(stage.places))
    if state.who:
        person = getattr(stage.cast, state.who)
        backstage.speak(email=person.email, language=language)
        page = sign_in(person, at=address, bypass_csp=True)
    else:
        page = new_context(locale=language, bypass_csp=True).new_page()
        page.goto(address)
    assert page.locator("html").get_attribute("lang") == language
    state.act(page)

    # The widths once; over three languages or states each has had each look.
    for number, width in enumerate(WIDTHS, start=CASES.index((state, language))):
        page.set_viewport_size({"width": width, "height": 800})
        look = LOOKS[number % len(LOOKS)]
        page.emulate_media(media="screen", **look)
        # Where the colours are the reader's own, axe still reads ours: -webkit-text-fill-color tells no other.
        is_accessible(page, colours=look["forced_colors"] == "none")
