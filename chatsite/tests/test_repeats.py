"""What fails again and again in the log."""

import logging

from django.db import OperationalError

from chatsite import repeats
from chatsite.repeats import Repeats


def raised(error):
    try:
        raise error
    except type(error) as found:
        return found


def test_the_same_is_said_once_a_minute(monkeypatch, caplog):
    clock = [100.0]
    monkeypatch.setattr(repeats.time, "monotonic", lambda: clock[0])
    failing = Repeats(logging.getLogger("chat"), logging.ERROR)
    for moment, lines in ((100, 1), (101, 1), (159, 1), (160, 2), (219, 2)):
        clock[0] = moment
        failing.say("a turn", raised(OperationalError(2003, "canary")))
        assert len(caplog.records) == lines
    assert "a turn: No database server answers" in caplog.text
    assert "canary" not in caplog.text


def test_another_failure_is_said_at_once(caplog):
    failing = Repeats(logging.getLogger("chat"), logging.WARNING)
    for error in (ZeroDivisionError(), OperationalError(2003, "x"), KeyError(), OperationalError(2003, "x")):
        failing.say("a turn", raised(error))
    said = [record.args[1].partition(" (")[0] for record in caplog.records]
    assert said == ["ZeroDivisionError", "No database server answers at the host and port of DATABASE_URL.", "KeyError"]
