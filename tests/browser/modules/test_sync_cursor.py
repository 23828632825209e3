"""Missing rows of a conversation are fetched once, and until they arrive."""

CURSOR = """
  const { SyncCursor } = await load("connection/sync-cursor.js");
  const asked = [];
  let server = 10;
  const cursor = new SyncCursor(10, async (since) => { asked.push(since); return { next: server, more: false }; });
"""


def test_rewound_it_requests_again_even_during_a_request(run):
    found = run(
        """
        const { SyncCursor } = await load("connection/sync-cursor.js");
        const asked = [];
        let answer;
        const cursor = new SyncCursor(20, (since) => {
          asked.push(since);
          return new Promise((done) => (answer = done));
        });
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
        const before = [cursor.seq, asked.length];
        await pause(100);
        const still = [cursor.seq, asked.length];
        await pause(250);
        return { before, still, after: [cursor.seq, asked.length] };
        """
    )
    assert found == {"before": [10, 0], "still": [10, 0], "after": [12, 1]}


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


def test_rows_that_are_known_are_not_requested(run):
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


def test_the_cursor_requests_until_nothing_more_is_left(run):
    found = run(
        """
        const { SyncCursor } = await load("connection/sync-cursor.js");
        const asked = [];
        const cursor = new SyncCursor(0, async (since) => {
          asked.push(since);
          return { next: since + 10, more: since < 20 };
        });
        cursor.catchUp();
        await pause(400);
        return { asked, seq: cursor.seq };
        """
    )
    assert found == {"asked": [0, 10, 20], "seq": 30}


def test_a_failed_request_is_repeated(run):
    found = run(
        """
        const { SyncCursor } = await load("connection/sync-cursor.js");
        let tries = 0;
        const cursor = new SyncCursor(5, async () => {
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
