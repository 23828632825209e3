"""Fetching the list, its single rows after events, and the number of unread messages where there is no list."""

LIST_SYNC = """
  const { ListSync } = await load("list/list-sync.js");
  const { listSource } = await load("list/list-source.js");
  const own = { ...listSource };
  const row = (seq) => ({ dataset: { chatId: "1", seq: String(seq) } });
  const shown = [], asked = [];
  let seqOf = 5, sync;
  const search = { query: "", narrowed: false, askSoon: () => setTimeout(() => sync.ask(), 50) };
  const later = (kind, ms, answer) => () => { asked.push(kind); return pause(ms).then(answer); };
  const show = (kind) => (...answer) => {
    seqOf = Number(answer.at(-1).rows[0].dataset.seq);
    shown.push([kind, seqOf]);
  };
  sync = new ListSync({ search, seqOf: () => seqOf, onPart: show("part"), onRow: show("row") });
"""


def test_a_row_that_is_requested_beside_the_list_arrives(run):
    """The answer about the list is older, and comes first."""
    found = run(
        LIST_SYNC
        + """
        let present = 5;
        listSource.rows = () => {
          const rows = [row(present)];
          return pause(300).then(() => ({ rows }));
        };
        listSource.row = later("row", 500, () => ({ rows: [row(9)] }));
        sync.ask();
        present = 9;
        sync.askRow(1);
        await pause(1_200);
        Object.assign(listSource, own);
        sync.stop();
        return shown.at(-1)[1];
        """
    )
    assert found == 9


def test_events_do_not_keep_the_list_from_being_shown(run):
    found = run(
        LIST_SYNC
        + """
        listSource.rows = later("part", 300, () => ({ rows: [row(seqOf)] }));
        listSource.row = later("row", 10, () => ({ rows: [row(seqOf)] }));
        sync.ask();
        for (let turn = 0; turn < 10; turn++) { await pause(100); sync.markStale(); }
        const parts = shown.filter(([kind]) => kind === "part").length;
        await pause(600);
        Object.assign(listSource, own);
        sync.stop();
        return { parts, all: shown.length, asked: asked.length };
        """
    )
    # Each answer is shown, and requested once more where an event came meanwhile.
    assert found["parts"] >= 2
    assert found["all"] == found["asked"] <= 6


def test_a_talk_is_counted_without_a_request_for_each_text(run):
    found = run(
        """
        const { UnreadCount } = await load("list/unread-count.js");
        const link = new EventTarget(), shown = [], fetched = window.fetch;
        let asked = 0;
        window.fetch = async () => { asked += 1; return Response.json({ unread: 2 }); };
        const event = (type, detail) => link.dispatchEvent(new CustomEvent(type, { detail }));
        new UnreadCount(link, (count) => shown.push(count)).listen();
        event("catch-up");
        await pause(50);
        for (let text = 0; text < 20; text++) event("message.created", { message: { sender_id: 0 } });
        await pause(250);
        const counted = { asked, shown: shown.at(-1) };
        for (let text = 0; text < 20; text++) event("chat.read", { unread_count: 0 });
        await pause(250);
        window.fetch = fetched;
        return [counted, asked];
        """
    )
    assert found == [{"asked": 1, "shown": 22}, 1]
