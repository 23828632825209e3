"""Touch targets: the small controls of a message are apart, and larger than they look."""

import pytest
from playwright.sync_api import expect

from tests.browser.actions import Actions

WORDS = "La cheville a enflé."
CORRECTED = "La cheville gauche a enflé."
NEXT = "Et le genou aussi."

# Of a grid of points on the visible part of a control, those that hit another element.
MISSED = """control => {
  const missed = [];
  for (const { left, top, width, height } of control.getClientRects()) {
    for (const x of [0.05, 0.25, 0.5, 0.75, 0.95]) for (const y of [0.05, 0.275, 0.5, 0.725, 0.95]) {
      const hit = document.elementFromPoint(left + x * width, top + y * height)?.closest("button, a");
      if (hit !== control) missed.push(`${x} ${y}: ${hit?.className ?? "nothing"}`);
    }
  }
  return missed;
}"""
# The height, from its middle up and down, within which it is hit.
REACH = """control => {
  const { left, top, width, height } = control.getBoundingClientRect();
  const hits = (y) => document.elementFromPoint(left + width / 2, y)?.closest("button") === control;
  let [first, last] = [top + height / 2, top + height / 2];
  while (hits(first - 0.5)) first -= 0.5;
  while (hits(last + 0.5)) last += 0.5;
  return last - first;
}"""


def correct(patient: Actions, text: str):
    patient.do(WORDS, "ask-correct")
    patient.page.locator("#correction").fill(text)
    patient.button("Corriger").click()
    expect(patient.page.locator(".message__versions")).to_be_visible()


@pytest.mark.parametrize("person", ["doctor", "patient"])
def test_each_control_of_a_message_is_hit_where_it_is_seen(talk, person):
    doctor, patient = talk
    actions = doctor if person == "doctor" else patient
    correct(patient, CORRECTED)
    patient.screen.send(NEXT)
    doctor.screen.sees_sent(NEXT)
    for word in ("Bien compris", "Merci", "Réconfortant", "Bonne nouvelle"):
        doctor.react(CORRECTED, word)
        expect(patient.page.locator(".reaction", has_text=word)).to_have_count(1)
    row = actions.screen.message(CORRECTED)
    versions, reactions = row.locator(".message__versions"), row.locator(".reaction")
    expect(reactions).to_have_count(4)

    for width in (320, 375, 1280):
        actions.page.set_viewport_size({"width": width, "height": 800})
        lines = {reaction.bounding_box()["y"] for reaction in reactions.all()}
        assert len(lines) > 1 if width < 1280 else len(lines) == 1
        for control in (versions, *reactions.all()):
            assert control.evaluate(MISSED) == [], f"{width} px: {control.inner_text()}"
            assert control.evaluate(REACH) >= 43, f"{width} px: {control.inner_text()}"

    versions.click(position={"x": 20, "y": 19})
    expect(actions.dialog.locator("[data-versions] li p")).to_have_text([WORDS])
    expect(reactions.first).to_have_attribute("aria-pressed", str(person == "doctor").lower())


def test_an_address_above_the_link_to_the_versions_can_be_followed(talk):
    _, patient = talk
    correct(patient, f"https://example.org/{'a' * 46}")
    link = patient.page.locator("[data-text] a")
    lines = link.evaluate("link => link.getClientRects().length")
    above, below = (patient.page.locator(part).bounding_box() for part in ("[data-text] a", ".message__versions"))
    assert (lines, above["y"] + above["height"] > below["y"]) == (3, True)

    assert link.evaluate(MISSED) == []
