"""What the page tells of itself (delivered, read), and tells again where it was refused."""

DELIVERING = """
  const { DeliveryReporter } = await load("connection/delivery-reporter.js");
  const told = [];
  const connection = { send: (frame) => Boolean(told.push(frame.up_to)) };
  const line = Object.assign(new EventTarget(), { state: "live", connection });
  const delivering = new DeliveryReporter(line);
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
        const { RefusalRetries } = await load("connection/refusal-retries.js");
        const line = Object.assign(new EventTarget(), { connection: new EventTarget() });
        const again = [];
        line.addEventListener("tell-again", ({ detail }) => again.push(detail.chat_id));
        new RefusalRetries(line);
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


READING = """
  const { ReadReporter } = await load("thread/read-reporter.js");
  const told = [];
  const connection = { send: ({ up_to: upTo }) => Boolean(told.push(upTo)) };
"""


def test_reading_repeats_what_is_not_confirmed(run):
    found = run(
        READING
        + """
        const reading = new ReadReporter(connection, 7, 3);
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
        const reading = new ReadReporter(connection, 7, 3, { marked: true });
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
