"""Delivery and read reports of the page, and their retries after a refusal."""

DELIVERY = """
  const { DeliveryReporter } = await load("connection/delivery-reporter.js");
  const reported = [];
  const connection = { send: (frame) => Boolean(reported.push(frame.up_to)) };
  const link = Object.assign(new EventTarget(), { state: "live", connection });
  const reporter = new DeliveryReporter(link);
  reporter.listen();
"""


def test_delivered_messages_are_reported_once_a_second(run):
    found = run(
        DELIVERY
        + """
        for (let id = 1; id <= 20; id += 1) { reporter.received(7, id); await pause(30); }
        const soon = [...reported];
        await pause(1100);
        reporter.received(7, 20);
        reporter.received(7, 5);
        await pause(1100);
        return { soon: soon.length, reported };
        """
    )
    assert found["soon"] == 1
    assert found["reported"][1:] == [20]


def test_what_the_server_has_recorded_is_not_reported(run):
    """Read on screen, or reported by another device, within a moment."""
    found = run(
        DELIVERY
        + """
        reporter.received(7, 3);
        reporter.confirm(7, 3);
        reporter.received(8, 9);
        await pause(500);
        link.dispatchEvent(new Event("catch-up"));
        await pause(1100);
        reporter.confirm(8, 9);
        link.dispatchEvent(new Event("catch-up"));
        await pause(500);
        return reported;
        """
    )
    assert found == [9, 9]


def test_only_temporary_refusals_are_reported_again_once_for_each_chat(run):
    found = run(
        """
        const { RefusalRetries } = await load("connection/refusal-retries.js");
        const link = Object.assign(new EventTarget(), { connection: new EventTarget() });
        const again = [];
        link.addEventListener("report-again", ({ detail }) => again.push(detail.chat_id));
        new RefusalRetries(link).listen();
        const refuse = (detail) => link.dispatchEvent(new CustomEvent("error", { detail }));
        refuse({ code: "not_a_participant", chat_id: 1 });
        refuse({ code: "unavailable", chat_id: 2, client_id: "a message" });
        refuse({ code: "unavailable" });
        for (const code of ["busy", "unavailable"]) refuse({ code, chat_id: 3 });
        refuse({ code: "unavailable", chat_id: 4 });
        await pause(1100);
        const reported = [...again];
        refuse({ code: "unavailable", chat_id: 5 });
        link.connection.dispatchEvent(new Event("lost"));
        await pause(2100);
        return { reported, later: again.length - reported.length };
        """
    )
    assert found == {"reported": [3, 4], "later": 0}


READ = """
  const { ReadReporter } = await load("thread/read-reporter.js");
  const reported = [];
  const connection = { send: ({ up_to: upTo }) => Boolean(reported.push(upTo)) };
"""


def test_a_read_report_is_repeated_until_it_is_confirmed(run):
    found = run(
        READ
        + """
        const reporter = new ReadReporter(connection, 7, 3);
        reporter.repeat();
        reporter.markRead(5);
        reporter.repeat();
        reporter.confirm(5);
        reporter.repeat();
        return reported;
        """
    )
    assert found == [5, 5]


def test_viewing_removes_the_unread_mark_and_repeats_that_until_it_is_confirmed(run):
    found = run(
        READ
        + """
        const reporter = new ReadReporter(connection, 7, 3, { marked: true });
        reporter.repeat();
        const unseen = reported.length;
        reporter.markViewed(3);
        reporter.markViewed(3);
        const seen = reported.length;
        reporter.repeat();
        reporter.resume();
        reporter.repeat();
        reporter.markViewed(3);
        return { unseen, seen, reported };
        """
    )
    assert found == {"unseen": 0, "seen": 1, "reported": [3, 3]}
