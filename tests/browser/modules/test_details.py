"""When the recipient of a message was notified, in its details."""

import json

import pytest

AT, MOMENT = "2026-12-03T08:05:00Z", "jeudi 3 décembre 2026, 9:05"


@pytest.mark.parametrize(
    ("times", "words"),
    [
        ({"notified_at": AT, "notified_by": "email", "delivered_at": None}, f"{MOMENT}, par e-mail"),
        ({"notified_at": AT, "notified_by": "device", "delivered_at": AT}, f"{MOMENT}, sur un appareil"),
        ({"notified_at": AT, "notified_by": "sms", "delivered_at": None}, f"{MOMENT}, par SMS"),
        ({"notified_at": None, "notified_by": None, "delivered_at": None}, "Pas encore pu être prévenu"),
        # It arrived without that.
        ({"notified_at": None, "notified_by": None, "delivered_at": AT}, None),
        # Nothing tells people of messages.
        ({"delivered_at": None}, None),
    ],
)  # fmt: skip
def test_it_says_when_and_by_what_or_that_it_was_not_possible_yet(run, times, words):
    found = run(
        f"""
        const {{ writeNotified }} = await load("message/message-details.js");
        const {{ Clock }} = await load("lib/time.js");
        const line = document.createElement("div");
        const fact = line.appendChild(document.createElement("dd"));
        writeNotified(fact, {json.dumps(times)}, new Clock("fr", "Europe/Paris"));
        return line.hidden ? null : fact.textContent;
        """
    )
    assert found == words
