"""The app on a phone: without a network a page says so and shows what waits; the service worker keeps nothing else."""

import pytest
from playwright.sync_api import expect

from tests.browser.screen import Screen, is_accessible, wait_until

# Every text in every cache, and all that a script can store for good.
KEPT = """async () => {
  const kept = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) kept[request.url] = await (await cache.match(request)).text();
  }
  return {caches: kept, local: {...localStorage}, databases: (await indexedDB.databases()).map(({name}) => name)};
}"""
SENT = """() => Object.entries(sessionStorage).some(([key, kept]) => key.endsWith(":outbox") && kept === "[]")"""
READY = """async () =>
  navigator.serviceWorker.controller?.state === "activated" && Boolean(await caches.match("/offline"))"""


@pytest.fixture
def patient(sign_in, people, complaints):
    """A patient on a phone, whose service worker keeps the page for a lost network."""
    complaints.forgive_cut_lines()
    page = sign_in(
        people.patient, at=f"/patient/chat/{people.chat_id}", width=375, service_workers="allow", bypass_csp=True
    )
    wait_until(page, lambda: page.evaluate(READY))
    return page


def test_without_a_network_every_page_says_so_and_shows_what_waits(patient, people, backstage):
    screen = Screen(patient)
    screen.is_live()
    patient.context.set_offline(True)
    screen.send("Un zèbre au cabinet")
    patient.goto("/patient/visits")

    expect(patient.get_by_role("heading", name="Pas de réseau")).to_be_visible()
    expect(patient.get_by_role("listitem").filter(has_text="Un zèbre au cabinet")).to_be_visible()
    expect(patient.get_by_role("link", name="Appeler le 15")).to_be_visible()
    is_accessible(patient)
    other = patient.context.new_page()
    other.goto("/accounts/profile")
    expect(other.get_by_role("heading", name="Pas de réseau")).to_be_visible()
    assert "zèbre" not in other.content()
    other.close()

    # It leaves from whatever page comes next, which shows no word of it.
    patient.context.set_offline(False)
    expect(patient.get_by_role("heading", name="Rendez-vous", level=1)).to_be_visible()
    patient.wait_for_function(SENT)
    assert backstage.texts(chat_id=people.chat_id) == ["Un zèbre au cabinet"]
    assert "zèbre" not in patient.content()
    kept = patient.evaluate(KEPT)
    assert (kept["local"], kept["databases"]) == ({}, [])
    assert "zèbre" not in "".join(kept["caches"].values())
    patient.goto(f"/patient/chat/{people.chat_id}")
    screen.sees_sent("Un zèbre au cabinet")


def test_a_page_says_so_at_any_moment(patient, people, backstage):
    """Even while a new worker takes over, as after an upgrade, and where the browser has removed what was kept."""
    [kept] = patient.evaluate("caches.keys()")
    backstage.speak(email=people.patient.email, language="en")
    patient.reload()
    wait_until(patient, lambda: kept not in patient.evaluate("caches.keys()"))
    patient.context.set_offline(True)
    patient.goto("/patient/visits")
    expect(patient.get_by_role("heading", name="No network")).to_be_visible()
    expect(patient.get_by_role("button", name="Try again")).to_be_visible()

    patient.evaluate("caches.keys().then((names) => Promise.all(names.map((name) => caches.delete(name))))")
    patient.reload()
    expect(patient.get_by_role("heading", name="No network")).to_be_visible()
    expect(patient.get_by_role("link", name="Call 15")).to_be_visible()
    is_accessible(patient)
    patient.context.set_offline(False)
    patient.get_by_role("link", name="Try again").click()
    expect(patient.get_by_role("heading", name="Appointments", level=1)).to_be_visible()


def test_it_keeps_static_files_and_nothing_of_a_person(patient, people):
    screen = Screen(patient)
    screen.is_live()
    screen.send("Un zèbre au cabinet")
    screen.sees_sent("Un zèbre au cabinet")
    patient.goto("/patient/visits")
    patient.goto(f"/patient/chat/{people.chat_id}")
    screen.is_live()

    kept = patient.evaluate(KEPT)
    assert (kept["local"], kept["databases"]) == ({}, [])
    addresses = {address.split("/", 3)[3] for address in kept["caches"]}
    assert {address for address in addresses if not address.startswith("static/")} == {"offline"}
    texts = "".join(kept["caches"].values())
    assert not [word for word in ("zèbre", people.patient.email, people.doctor.email) if word in texts]


def test_a_sign_out_empties_it(patient):
    patient.goto("/accounts/profile")
    patient.locator("form[action='/accounts/logout/'] button:visible").click()
    expect(patient.locator("input[name=password]")).to_be_visible()
    wait_until(patient, lambda: not patient.evaluate("caches.keys()"))
    patient.reload()
    assert patient.evaluate(KEPT)["caches"] == {}
