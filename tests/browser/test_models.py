"""The parts that need no page, in the browser they run in."""

import json
import uuid
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from chatsite import dates
from tests.browser.conftest import fill_sign_in


@pytest.fixture(scope="module")
def page(browser, server, backstage):
    """One page for all of them: it only has to be ours."""
    people = backstage.pair()
    page = browser.new_page(base_url=server.url)
    page.goto("/accounts/login/")
    fill_sign_in(page, people.patient)
    page.wait_for_url("**/patient/chat")
    yield page
    page.close()


@pytest.fixture
def run(page):
    """Run the body of an async function; `load(path)` imports one of our modules."""

    def run(body):
        setup = """
          const load = (path) => import(`/static/js/${path}`);
          const pause = (ms) => new Promise((done) => setTimeout(done, ms));
        """
        return page.evaluate(f"async () => {{ {setup} {body} }}")

    return run


CURSOR = """
  const { Cursor } = await load("models/cursor.js");
  const asked = [];
  let server = 10;
  const cursor = new Cursor(10, async (since) => { asked.push(since); return { next: server, more: false }; });
"""


def test_rewound_it_asks_again_even_while_an_answer_is_on_the_way(run):
    found = run(
        """
        const { Cursor } = await load("models/cursor.js");
        const asked = [];
        let answer;
        const cursor = new Cursor(20, (since) => { asked.push(since); return new Promise((done) => (answer = done)); });
        cursor.rewind(20);
        await pause(50);
        const idle = asked.length;
        cursor.catchUp();
        await pause(50);
        cursor.rewind(15);
        answer({ next: 21, more: false });
        await pause(50);
        answer({ next: 22, more: false });
        await pause(50);
        return { idle, asked, seq: cursor.seq };
        """
    )
    assert found == {"idle": 0, "asked": [20, 15], "seq": 22}


def test_events_that_come_together_share_one_question(run):
    found = run(
        CURSOR
        + """
        server = 13;
        for (const seq of [11, 12, 13]) cursor.receive(seq, { rows: true });
        await pause(120);
        return { asked, seq: cursor.seq };
        """
    )
    assert found == {"asked": [10], "seq": 13}


def test_the_cursor_does_not_move_over_a_gap(run):
    found = run(
        CURSOR
        + """
        server = 12;
        cursor.receive(12, { rows: false });
        const held = [cursor.seq, asked.length];
        await pause(100);
        const still = [cursor.seq, asked.length];
        await pause(250);
        return { held, still, after: [cursor.seq, asked.length] };
        """
    )
    assert found == {"held": [10, 0], "still": [10, 0], "after": [12, 1]}


def test_a_late_event_fills_its_gap_without_a_question(run):
    found = run(
        CURSOR
        + """
        cursor.receive(12, { rows: false });
        cursor.receive(11, { rows: false });
        await pause(300);
        return { asked, seq: cursor.seq };
        """
    )
    assert found == {"asked": [], "seq": 12}


def test_what_is_known_already_is_not_asked_for(run):
    found = run(
        CURSOR
        + """
        cursor.receive(9, { rows: true });
        cursor.receive(10, { rows: true });
        await pause(300);
        return asked;
        """
    )
    assert found == []


def test_the_cursor_asks_until_nothing_more_is_left(run):
    found = run(
        """
        const { Cursor } = await load("models/cursor.js");
        const asked = [];
        const cursor = new Cursor(0, async (since) => {
          asked.push(since);
          return { next: since + 10, more: since < 20 };
        });
        cursor.catchUp();
        await pause(400);
        return { asked, seq: cursor.seq };
        """
    )
    assert found == {"asked": [0, 10, 20], "seq": 30}


def test_a_failed_question_is_asked_again(run):
    found = run(
        """
        const { Cursor } = await load("models/cursor.js");
        let tries = 0;
        const cursor = new Cursor(5, async () => {
          tries += 1;
          if (tries < 3) throw new Error("away");
          return { next: 6, more: false };
        });
        cursor.receive(6, { rows: true });
        while (cursor.seq < 6) await pause(50);
        return tries;
        """
    )
    assert found == 3


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


@pytest.mark.parametrize("language", ["fr", "en"])
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


DELIVERING = """
  const { Delivering } = await load("models/delivering.js");
  const told = [];
  const connection = { send: (frame) => Boolean(told.push(frame.up_to)) };
  const line = Object.assign(new EventTarget(), { state: "live", connection });
  const delivering = new Delivering(line);
"""


def test_what_is_delivered_is_told_once_a_second(run):
    found = run(
        DELIVERING
        + """
        for (let id = 1; id <= 20; id += 1) { delivering.holds(7, id); await pause(30); }
        const soon = [...told];
        await pause(1100);
        delivering.holds(7, 20);
        delivering.holds(7, 5);
        await pause(1100);
        return { soon: soon.length, told };
        """
    )
    assert found["soon"] == 1
    assert found["told"][1:] == [20]


def test_what_the_server_knows_is_not_told(run):
    """Read on screen, or said by another device, within a moment."""
    found = run(
        DELIVERING
        + """
        delivering.holds(7, 3);
        delivering.confirm(7, 3);
        delivering.holds(8, 9);
        await pause(500);
        line.dispatchEvent(new Event("catch-up"));
        await pause(1100);
        delivering.confirm(8, 9);
        line.dispatchEvent(new Event("catch-up"));
        await pause(500);
        return told;
        """
    )
    assert found == [9, 9]


def test_only_what_may_pass_is_told_again_once_for_all_that_was_refused(run):
    found = run(
        """
        const { Refusals } = await load("models/refusals.js");
        const line = Object.assign(new EventTarget(), { connection: new EventTarget() });
        const again = [];
        line.addEventListener("tell-again", ({ detail }) => again.push(detail.chat_id));
        new Refusals(line);
        const refuse = (detail) => line.dispatchEvent(new CustomEvent("error", { detail }));
        refuse({ code: "not_a_participant", chat_id: 1 });
        refuse({ code: "unavailable", chat_id: 2, client_id: "a message" });
        refuse({ code: "unavailable" });
        for (const code of ["busy", "unavailable"]) refuse({ code, chat_id: 3 });
        refuse({ code: "unavailable", chat_id: 4 });
        await pause(1100);
        const told = [...again];
        refuse({ code: "unavailable", chat_id: 5 });
        line.connection.dispatchEvent(new Event("lost"));
        await pause(2100);
        return { told, later: again.length - told.length };
        """
    )
    assert found == {"told": [3, 4], "later": 0}


LIST_FEED = """
  const { ListFeed } = await load("models/list-feed.js");
  const { listSource } = await load("models/list-source.js");
  const own = { ...listSource };
  const row = (seq) => ({ dataset: { chatId: "1", seq: String(seq) } });
  const shown = [], asked = [];
  let seqOf = 5, feed;
  const search = { query: "", narrowed: false, askSoon: () => setTimeout(() => feed.ask(), 50) };
  const later = (kind, ms, answer) => () => { asked.push(kind); return pause(ms).then(answer); };
  const show = (kind) => (...answer) => {
    seqOf = Number(answer.at(-1).rows[0].dataset.seq);
    shown.push([kind, seqOf]);
  };
  feed = new ListFeed({ search, seqOf: () => seqOf, onPart: show("part"), onRow: show("row") });
"""


def test_a_row_that_is_asked_for_beside_the_list_comes(run):
    """The answer about the list is older, and comes first."""
    found = run(
        LIST_FEED
        + """
        let present = 5;
        listSource.rows = () => {
          const rows = [row(present)];
          return pause(300).then(() => ({ rows }));
        };
        listSource.row = later("row", 500, () => ({ rows: [row(9)] }));
        feed.ask();
        present = 9;
        feed.askRow(1);
        await pause(1_200);
        Object.assign(listSource, own);
        feed.stop();
        return shown.at(-1)[1];
        """
    )
    assert found == 9


def test_events_do_not_keep_the_list_from_being_shown(run):
    found = run(
        LIST_FEED
        + """
        listSource.rows = later("part", 300, () => ({ rows: [row(seqOf)] }));
        listSource.row = later("row", 10, () => ({ rows: [row(seqOf)] }));
        feed.ask();
        for (let turn = 0; turn < 10; turn++) { await pause(100); feed.doubt(); }
        const parts = shown.filter(([kind]) => kind === "part").length;
        await pause(600);
        Object.assign(listSource, own);
        feed.stop();
        return { parts, all: shown.length, asked: asked.length };
        """
    )
    # Each answer is shown, and asked for once more where an event came meanwhile.
    assert found["parts"] >= 2
    assert found["all"] == found["asked"] <= 6


READING = """
  const { Reading } = await load("models/reading.js");
  const told = [];
  const connection = { send: ({ up_to: upTo }) => Boolean(told.push(upTo)) };
"""


def test_reading_repeats_what_is_not_confirmed(run):
    found = run(
        READING
        + """
        const reading = new Reading(connection, 7, 3);
        reading.repeat();
        reading.saw(5);
        reading.repeat();
        reading.confirm(5);
        reading.repeat();
        return told;
        """
    )
    assert found == [5, 5]


def test_reading_takes_a_mark_back_when_it_is_looked_at_and_until_that_is_confirmed(run):
    found = run(
        READING
        + """
        const reading = new Reading(connection, 7, 3, { marked: true });
        reading.repeat();
        const unseen = told.length;
        reading.looked(3);
        reading.looked(3);
        const seen = told.length;
        reading.repeat();
        reading.resume();
        reading.repeat();
        reading.looked(3);
        return { unseen, seen, told };
        """
    )
    assert found == {"unseen": 0, "seen": 1, "told": [3, 3]}


DRAFT = """
  const { SavedDraft } = await load("models/saved-draft.js");
  const saves = [], waiting = [], real = window.fetch;
  window.fetch = (url, { body }) => new Promise((done) => {
    saves.push(JSON.parse(body));
    waiting.push(() => done(new Response("{}", { status: 200 })));
  });
  let field = "", pending = [], kept = null;
  const draft = new SavedDraft({
    chatId: 7,
    outbox: { for: () => pending },
    read: () => ({ text: field, quoted: null }),
    show: ({ text }) => { field = text; },
    ask: async () => kept,
    onSaved: () => {},
  });
  const type = (text) => { field = text; draft.typed(); };
  const answer = async () => { waiting.splice(0).forEach((give) => give()); await pause(10); };
"""


def test_a_draft_is_saved_at_a_pause_and_follows_others_then(run):
    found = run(
        DRAFT
        + """
        draft.start({ text: "" });
        type("a"); await pause(300); type("ab");
        draft.heard({ client_id: "other", message_text: "from elsewhere" });
        const stayed = field;
        await pause(1100);
        await answer();
        draft.heard({ client_id: saves[0].client_id, message_text: "a" });
        const echo = field;
        kept = { client_id: "other", message_text: "abc" };
        draft.heard(kept);
        await pause(10);
        const followed = field;
        draft.heard(null);
        window.fetch = real;
        return { saves: saves.map((save) => save.message_text), stayed, echo, followed, cleared: field };
        """
    )
    assert found == {"saves": ["ab"], "stayed": "ab", "echo": "ab", "followed": "abc", "cleared": ""}


def test_a_draft_is_not_taken_away_by_what_was_told_too_late(run):
    """Asked before it was saved, answered after: what the server has now counts, as long as nothing is typed."""
    found = run(
        DRAFT
        + """
        draft.start({ text: "" });
        type("ab"); draft.flush(); await answer();
        kept = { client_id: saves[0].client_id, message_text: "ab" };
        draft.heard(null); await pause(10);
        const late = field;
        kept = null;
        draft.heard(null); type("abc"); await pause(10);
        const typing = field;
        draft.flush(); await answer();
        draft.heard(null); await pause(10);
        window.fetch = real;
        return { late, typing, gone: field, saves: saves.map((save) => save.message_text) };
        """
    )
    assert found == {"late": "ab", "typing": "abc", "gone": "", "saves": ["ab", "abc"]}


def test_a_draft_is_not_taken_away_by_what_was_sent_before_it(run):
    found = run(
        DRAFT
        + """
        draft.start({ text: "" });
        type("first");
        draft.flush(); await answer();
        field = "";
        const key = draft.take();
        pending = [{ client_id: key, state: "pending" }];
        type("second");
        draft.flush(); await answer();
        draft.heard(null);
        pending = [];
        draft.cleared();
        draft.heard(null);
        draft.heard({ client_id: key, message_text: "first" });
        await pause(1100); await answer();
        window.fetch = real;
        const keys = new Set(saves.map((save) => save.client_id)).size;
        return { field, texts: saves.map((save) => save.message_text), keys };
        """
    )
    assert found == {"field": "second", "texts": ["first", "second", "second"], "keys": 2}


def test_a_text_sent_elsewhere_is_no_draft_here(run):
    found = run(
        DRAFT
        + """
        draft.start({ text: "" });
        type("the same words");
        draft.flush(); await answer();
        draft.posted({ client_id: "other", message_text: "something else" });
        const stayed = field;
        draft.posted({ client_id: "another", message_text: "the same words" });
        draft.heard({ client_id: "another", message_text: "the same words" });
        window.fetch = real;
        return { stayed, field };
        """
    )
    assert found == {"stayed": "the same words", "field": ""}
