"""Ids, waits, days and hours."""

import json
import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from chat.input import clean_text
from chatsite import dates


def test_ids_are_uuids_also_without_https(run):
    found = run(
        """
        const { newId } = await load("lib/ids.js");
        const modern = newId();
        crypto.randomUUID = undefined;
        const old = [newId(), newId()];
        delete crypto.randomUUID;
        return [modern, ...old];
        """
    )
    assert len(set(found)) == 3
    assert [(uuid.UUID(made).version, str(uuid.UUID(made))) for made in found] == [(4, made) for made in found]


def test_waits_grow_up_to_a_cap_and_are_spread(run):
    found = run(
        """
        const { Backoff } = await load("lib/backoff.js");
        const waits = [...Array(200)].map(() => {
          const backoff = new Backoff({ base: 1000, cap: 30000, least: 250 });
          return [...Array(10)].map(() => backoff.next());
        });
        const column = (at) => waits.map((row) => row[at]);
        return {
          least: Math.min(...waits.flat()), most: Math.max(...waits.flat()),
          first: Math.max(...column(0)), spread: Math.max(...column(9)) - Math.min(...column(9)),
        };
        """
    )
    assert found["least"] >= 250
    assert found["most"] <= 30_000
    assert found["first"] <= 1_000
    assert found["spread"] > 20_000


@pytest.mark.parametrize(
    ("at", "day", "brief"),
    [
        ("2026-03-10T22:30:00Z", "Aujourd’hui", "23:30"),
        ("2026-03-10T07:02:00Z", "Aujourd’hui", "8:02"),
        ("2026-03-09T22:59:00Z", "Hier", "Hier"),
        ("2026-03-06T12:00:00Z", "Vendredi 6 mars", "Ven."),
        ("2026-02-06T12:00:00Z", "Vendredi 6 février", "6 févr."),
        ("2025-02-06T12:00:00Z", "Jeudi 6 février 2025", "6 févr. 2025"),
    ],
)
def test_days_and_hours_are_those_of_the_reader(run, at, day, brief):
    found = run(
        f"""
        const {{ Clock }} = await load("lib/time.js");
        const clock = new Clock("fr", "Europe/Paris");
        const now = new Date("2026-03-10T22:45:00Z");
        return [clock.dayName(new Date("{at}"), now), clock.brief(new Date("{at}"), now)];
        """
    )
    assert found == [day, brief]


@pytest.mark.parametrize("language", ["fr", "en", "ar"])
def test_scripts_write_hours_and_days_as_the_server_does(run, language):
    """Every month, every second hour: the first of each month of another year, other days of this one."""
    zone = ZoneInfo("Europe/Paris")
    moments = [
        datetime(year, month, 1 if year == 2025 else month + 7, 2 * month - 2, 5, tzinfo=zone)
        for year in (2025, 2026)
        for month in range(1, 13)
    ]
    now = datetime(2026, 12, 31, 12, tzinfo=zone)
    found = run(
        f"""
        const {{ Clock }} = await load("lib/time.js");
        const clock = new Clock("{language}", "Europe/Paris");
        const now = new Date("{now.isoformat()}");
        return {json.dumps([moment.isoformat() for moment in moments])}
          .map((at) => new Date(at))
          .map((at) => [clock.time(at), clock.shortDay(at, now), clock.dayName(at, now).toLowerCase()]);
        """
    )
    with translation.override(language):
        written = [[dates.hour(at), dates.short_day(at, now), dates.weekday_and_day(at, now).lower()] for at in moments]
    assert found == written


def test_scripts_and_the_server_agree_on_what_is_empty(run):
    texts = [
        "",
        " \n\t",
        "\u200b\u2060\ufeff",
        "\u3164\u115f\uffa0",
        "\ufe0f\u034f",
        "\u2800",
        "\u202e\u2069",
        "\U000e0041",
    ]
    seen = ["a", " . ", "\u0301", "😀", "\u200bé", "م", "1\ufe0f\u20e3"]
    found = run(
        f"""
        const {{ isVisible }} = await load("lib/visible.js");
        return {json.dumps(texts + seen)}.map(isVisible);
        """
    )
    assert found == [clean_text(text, required=False) is not None for text in texts + seen]
    assert found == [False] * len(texts) + [True] * len(seen)
