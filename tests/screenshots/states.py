"""The states in which the product is shown: who looks, at which address, and what they have just done."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, expect

from demo.pictures import blood_pressure_monitor
from tests.browser.screen import Screen


def nothing(page: Page) -> None:
    """The page as it opens."""


@dataclass(frozen=True)
class State:
    name: str
    address: str
    # In the cast of the stage; nobody is signed in without a name.
    who: str = ""
    act: Callable[[Page], None] = nothing
    # Of the browser's context, beside those of the form.
    options: Mapping[str, Any] = field(default_factory=dict)
    phone_width: int = 375


def wait_until_live(page: Page) -> None:
    Screen(page).is_live()


def lose_the_line(page: Page) -> None:
    screen = Screen(page)
    screen.is_live()
    page.context.set_offline(True)
    screen.text.fill("Ma tension de ce matin : 13,2 / 8,1.")
    page.locator(".send").click()
    expect(screen.banner).to_have_attribute("data-state", "offline")
    screen.text.fill("Et le pouls")


def choose_files(page: Page) -> None:
    screen = Screen(page)
    screen.is_live()
    photo = {"name": "Tension du 10 mars.jpg", "mimeType": "image/jpeg", "buffer": blood_pressure_monitor(131, 80, 66)}
    note = {"name": "Notes de la semaine.rtf", "mimeType": "text/rtf", "buffer": b"{\\rtf1\\ansi Notes}"}
    screen.choose(photo, note)
    expect(screen.ready).to_have_count(1)
    expect(page.locator(".upload[data-state=refused]")).to_have_count(1)


def open_a_menu(page: Page) -> None:
    screen = Screen(page)
    screen.is_live()
    row = screen.messages.filter(has_text="Prenez votre tension matin et soir").first
    row.scroll_into_view_if_needed()
    row.focus()
    page.keyboard.press("Enter")
    expect(page.locator("message-actions dialog")).to_be_visible()


def open_a_photo(page: Page) -> None:
    wait_until_live(page)
    page.locator(".messages .photos a").last.click()
    expect(page.locator(".lightbox [data-photo]")).to_have_js_property("complete", True)


def search(page: Page) -> None:
    page.locator("#search").fill("tension")
    page.locator("#search").press("Enter")
    expect(page.locator(".result").first).to_be_visible()


def put_on_paper(page: Page) -> None:
    page.emulate_media(media="print")


def enlarge_the_text(page: Page) -> None:
    wait_until_live(page)
    # What the profile calls larger text, and on a phone twice the size.
    page.evaluate("document.documentElement.style.fontSize = innerWidth < 400 ? '200%' : '125%'")


STATES = (
    State("sign-in", "/accounts/login/"),
    State("first-visit", "/patient/chat", "newcomer"),
    State("list", "/professional/chat", "doctor"),
    State("filter", "/professional/chat?filter=unread", "doctor"),
    State("thread", "/patient/chat/{talk}", "patient", wait_until_live),
    State("new-messages", "/professional/chat/{talk}", "doctor", wait_until_live),
    State("message-menu", "/patient/chat/{talk}", "patient", open_a_menu),
    State("photo", "/patient/chat/{talk}", "patient", open_a_photo),
    State("protected", "/professional/chat/{protected}", "surgeon", wait_until_live),
    State("closed", "/patient/chat/{closed}", "patient", wait_until_live),
    State("offline", "/patient/chat/{talk}", "patient", lose_the_line),
    State("files", "/patient/chat/{talk}", "patient", choose_files),
    State("search", "/professional/chat/search", "doctor", search),
    State("appointment", "/patient/visits/{visit}", "patient"),
    State("profile", "/accounts/profile", "patient"),
    State("admin", "/admin/", "admin"),
    State("not-found", "/patient/nothing", "patient"),
    State("print", "/patient/chat/{talk}/print", "patient", put_on_paper),
    State("forced-colours", "/professional/chat/{talk}", "doctor", wait_until_live, {"forced_colors": "active"}),
    State("large-text", "/patient/chat/{talk}", "patient", enlarge_the_text, phone_width=320),
)
# Those that are also shown in dark and in Arabic.
VARIED = ("sign-in", "list", "thread", "search", "appointment")
