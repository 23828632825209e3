"""A draft, on its way to the server and back from other devices."""

DRAFT = """
  const { SavedDraft } = await load("composer/saved-draft.js");
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
        draft.receive({ client_id: "other", message_text: "from elsewhere" });
        const stayed = field;
        await pause(1100);
        await answer();
        draft.receive({ client_id: saves[0].client_id, message_text: "a" });
        const echo = field;
        kept = { client_id: "other", message_text: "abc" };
        draft.receive(kept);
        await pause(10);
        const followed = field;
        draft.receive(null);
        window.fetch = real;
        return { saves: saves.map((save) => save.message_text), stayed, echo, followed, cleared: field };
        """
    )
    assert found == {"saves": ["ab"], "stayed": "ab", "echo": "ab", "followed": "abc", "cleared": ""}


def test_a_draft_is_not_taken_away_by_a_late_event(run):
    """Requested before it was saved, answered after: the server's present draft is used unless something is typed."""
    found = run(
        DRAFT
        + """
        draft.start({ text: "" });
        type("ab"); draft.flush(); await answer();
        kept = { client_id: saves[0].client_id, message_text: "ab" };
        draft.receive(null); await pause(10);
        const late = field;
        kept = null;
        draft.receive(null); type("abc"); await pause(10);
        const typing = field;
        draft.flush(); await answer();
        draft.receive(null); await pause(10);
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
        draft.receive(null);
        pending = [];
        draft.cleared();
        draft.receive(null);
        draft.receive({ client_id: key, message_text: "first" });
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
        draft.receive({ client_id: "another", message_text: "the same words" });
        window.fetch = real;
        return { stayed, field };
        """
    )
    assert found == {"stayed": "the same words", "field": ""}
