"""Two people in two browsers against the real server. Every page fails its test on a console error or a CSP report."""

import os
import random
import re
import shutil

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from chat.tests.files import samples
from chatsite.testing.push_service import push_service
from tests.browser.actions import Actions
from tests.browser.backstage import PASSWORD, Backstage
from tests.browser.server import Server

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# The same without windows of its own, which takes a quarter less of the processor.
LIGHT = shutil.which("chromium-headless-shell") or CHROMIUM
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REPORT_CSP = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
# What a browser logs by itself when a test cuts the line.
LINE_CUT = re.compile(r"net::ERR_|status of 401|WebSocket connection to .* failed|status of 503")
NO_WORKER = re.compile("Service Worker registration blocked by Playwright")
REFUSED = re.compile(r"status of 4(00|10|13)")

expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            # The first one also prepares and starts the server, and without it all others fail.
            item.add_marker(pytest.mark.timeout(240))


@pytest.fixture(scope="package")
def services():
    """The push service that the server may send to."""
    with push_service() as service:
        yield service


@pytest.fixture(scope="package")
def server(tmp_path_factory, services):
    # Passkeys belong to a name, and an address is none.
    hosts = "127.0.0.1,localhost"
    server = Server(tmp_path_factory.mktemp("browser"), CHAT_PUSH_HOSTS=services.place, ALLOWED_HOSTS=hosts)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="package")
def backstage(server):
    backstage = Backstage(server)
    yield backstage
    backstage.close()


# Not longer than the package: Playwright's own event loop would be in the way of asyncio tests elsewhere.
@pytest.fixture(scope="package")
def playwright():
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="package")
def browser(playwright):
    browser = playwright.chromium.launch(executable_path=LIGHT, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def whole_browser(playwright):
    """For service workers, which the light one shows no notifications of."""
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
    yield browser
    browser.close()


@pytest.fixture
def complaints():
    """Errors on the consoles of this test's pages; `complaints.forgive_cut_lines()` in tests that cut the line."""
    complaints = Complaints()
    yield complaints
    assert complaints.left() == []


class Complaints(list):
    def __init__(self):
        super().__init__()
        self._forgiven = [NO_WORKER]

    def forgive(self, pattern):
        self._forgiven.append(pattern)

    def forgive_cut_lines(self):
        self.forgive(LINE_CUT)

    def forgive_refusals(self):
        self.forgive(REFUSED)

    def left(self):
        return [message for message in self if not any(pattern.search(message) for pattern in self._forgiven)]

    def listen(self, context: BrowserContext):
        context.add_init_script(REPORT_CSP)
        context.on("console", lambda message: message.type in {"error", "warning"} and self.append(message.text))
        context.on("weberror", lambda error: self.append(str(error.error)))


@pytest.fixture
def new_context(browser, server, complaints, request):
    """Make a browser of one's own: new_context(width=320, java_script_enabled=False, …)."""
    contexts = []

    def new(*, width=1280, height=800, **options) -> BrowserContext:
        # A service worker would hide requests from the routes of a test.
        settings = {
            "locale": "fr-FR", "timezone_id": "Europe/Paris", "reduced_motion": "reduce", "service_workers": "block",
        } | options  # fmt: skip
        settings = {"base_url": server.url, "viewport": {"width": width, "height": height}} | settings
        has_workers = settings["service_workers"] == "allow"
        context = (request.getfixturevalue("whole_browser") if has_workers else browser).new_context(**settings)
        complaints.listen(context)
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()


@pytest.fixture
def people(backstage):
    """A doctor, a patient and their chat, nobody else's."""
    return backstage.pair()


@pytest.fixture
def sign_in(new_context, backstage, server):
    """Sign a person in, without the page for it: sign_in(person, width=375) -> Page, on their own chat page."""

    def sign_in(person, at="/", **options) -> Page:
        context = new_context(**options)
        cookie = backstage.sign_in(email=person.email)
        context.add_cookies([{"name": cookie.name, "value": cookie.value, "url": server.url}])
        page = context.new_page()
        page.goto(at)
        return page

    return sign_in


def fill_sign_in(page: Page, person):
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")


@pytest.fixture
def switch(sign_in, backstage):
    """Close or open an account in the admin: switch(person, "deactivate")."""
    page = sign_in(backstage.admin())

    def switch(person, action):
        page.goto(f"/admin/accounts/user/?q={person.email}")
        page.locator("input[name=_selected_action]").check()
        page.locator("select[name=action]").select_option(action)
        page.locator("button[name=index]").click()
        done, asked = page.locator(".messagelist li"), page.locator("input[name=password]")
        done.or_(asked).first.wait_for()
        if asked.is_visible():
            asked.fill(PASSWORD)
            asked.press("Enter")
        done.wait_for()

    return switch


@pytest.fixture
def doctor_page(sign_in, people):
    return sign_in(people.doctor, at=f"/professional/chat/{people.chat_id}")


@pytest.fixture
def patient_page(sign_in, people):
    return sign_in(people.patient, at=f"/patient/chat/{people.chat_id}", width=375)


@pytest.fixture
def talk(doctor_page, patient_page):
    """A doctor and a patient with one message of the patient's between them."""
    doctor, patient = Actions(doctor_page), Actions(patient_page)
    patient.screen.send("La cheville a enflé.")
    patient.screen.sees_sent("La cheville a enflé.")
    doctor.screen.sees_sent("La cheville a enflé.")
    return doctor, patient


@pytest.fixture
def photo(tmp_path):
    """A noisy photo, so that it has the size of a real one."""
    picture = samples.picture(width=1200, height=900)
    picture.putdata([(random.randrange(256), 90, 120) for _ in range(1200 * 900)])
    path = tmp_path / "cheville.jpg"
    path.write_bytes(samples.encoded(picture, "JPEG", quality=80))
    return path


@pytest.fixture
def letter(tmp_path):
    path = tmp_path / "ordonnance.pdf"
    path.write_bytes(samples.pdf())
    return path
