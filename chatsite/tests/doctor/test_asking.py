"""All questions at once: what hangs or raises is an answer, and keeps no other waiting."""

import io
import json
import threading

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError

from chatsite.doctor import questions
from chatsite.doctor.asking import answers_to, examine
from chatsite.doctor.questions import Question, State, fault, ok, warning


def asked(name, ask, **how) -> Question:
    return Question(name, ask, **how)


def states(found) -> dict[str, str]:
    return {finding.question: finding.answer.state for finding in found.findings}


def test_each_question_has_one_sentence_and_a_remedy_where_something_is_wrong():
    found = examine([
        asked("good", lambda: ok("Yes.")),
        asked("several", lambda: [ok("One."), warning("Two.", "Do.")]),
        asked("none", lambda: None),
    ])  # fmt: skip
    assert [str(finding) for finding in found.findings] == [
        "ok      good: Yes.", "ok      several: One.", "warning several: Two.\n        → Do.",
    ]  # fmt: skip


def test_what_hangs_is_a_fault_in_its_time_and_the_others_are_answered():
    forever = threading.Event()
    found = examine([asked("hangs", forever.wait, seconds=0.05), asked("good", lambda: ok("Yes."))])
    forever.set()
    assert states(found) == {"hangs": State.FAULT, "good": State.OK}


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OperationalError(1045, "Access denied for 's3cret'"), "refuses the user or the password"),
        (PermissionError(13, "Permission denied", "/s3cret"), "Permission denied"),
        (RuntimeError("s3cret"), "RuntimeError"),
    ],
)
def test_what_it_raises_is_its_answer_without_what_the_error_quotes(error, words):
    def ask():
        raise error

    [answer] = answers_to(asked("raises", ask))
    assert answer.state == State.FAULT
    assert words in answer.sentence
    assert "s3cret" not in str(answer)


class TestDatabase:
    def test_nothing_asks_a_database_that_does_not_answer(self):
        asked_it = []
        found = examine([
            asked("database", lambda: fault("Away.", "Start it."), needs_database=True),
            asked("rows", lambda: asked_it.append(1), needs_database=True),
            asked("disk", lambda: ok("Yes.")),
        ])  # fmt: skip
        assert states(found) == {"database": State.FAULT, "disk": State.OK}
        assert (found.unasked, asked_it) == (["rows"], [])

    def test_nor_one_that_hangs(self):
        forever = threading.Event()
        found = examine([
            asked("database", lambda: ok("Yes."), needs_database=True),
            asked("hangs", forever.wait, needs_database=True, seconds=0.05),
            asked("rows", lambda: ok("Yes."), needs_database=True),
        ])  # fmt: skip
        forever.set()
        assert (states(found)["hangs"], found.unasked) == (State.FAULT, ["rows"])

    def test_that_tables_are_missing_is_said_once(self):
        def behind():
            raise OperationalError("no such table: x")

        found = examine([
            asked("database", lambda: ok("Yes."), needs_database=True),
            asked("migrations", lambda: fault("Missing.", "Run it."), needs_database=True),
            asked("rows", behind, needs_database=True),
        ])  # fmt: skip
        assert (states(found), found.unasked) == ({"database": State.OK, "migrations": State.FAULT}, ["rows"])

    def test_a_fault_of_its_content_stops_no_question(self):
        found = examine([
            asked("database", lambda: ok("Yes."), needs_database=True),
            asked("migrations", lambda: fault("Missing.", "Do."), needs_database=True),
            asked("rows", lambda: ok("Yes."), needs_database=True),
        ])  # fmt: skip
        assert states(found) == {"database": State.OK, "migrations": State.FAULT, "rows": State.OK}


class TestCommand:
    @pytest.fixture
    def known(self, monkeypatch):
        """The questions that there are."""
        found: list[Question] = []
        monkeypatch.setattr(questions, "_questions", found)
        return found

    def said(self, *options) -> tuple[int, str]:
        out = io.StringIO()
        try:
            call_command("doctor", *options, stdout=out)
        except SystemExit as stop:
            return stop.code, out.getvalue()
        return 0, out.getvalue()

    def test_it_exits_with_0_unless_there_is_a_fault(self, known):
        known.append(asked("first", lambda: warning("Hm.", "Do.")))
        assert self.said() == (0, "warning first: Hm.\n        → Do.\nFaults: 0, warnings: 1.\n")
        known.append(asked("second", lambda: fault("No.", "Do now.")))
        status, text = self.said()
        assert (status, "FAULT   second: No.\n        → Do now." in text) == (1, True)

    def test_it_says_the_same_to_programs(self, known):
        known.append(asked("database", lambda: fault("No.", "Do."), needs_database=True))
        known.append(asked("rows", lambda: ok("Yes."), needs_database=True))
        status, text = self.said("--json")
        assert status == 1
        answers = [{"question": "database", "state": "fault", "sentence": "No.", "remedy": "Do."}]
        assert json.loads(text) == {"faults": 1, "warnings": 0, "answers": answers, "not_asked": ["rows"]}

    def test_the_quick_part_leaves_out_what_takes_time(self, known):
        known.append(asked("slow", lambda: fault("No.", "Do.")))
        known.append(asked("quick", lambda: ok("Yes."), quick=True))
        assert self.said("--quick") == (0, "ok      quick: Yes.\nFaults: 0, warnings: 0.\n")

    def test_it_sends_a_mail_on_demand(self, known):
        status, text = self.said("--send-to", "it@clinic.fr")
        assert (status, [message.to for message in mail.outbox]) == (0, [["it@clinic.fr"]])
        assert "took the mail" in text

    def test_a_wrong_address_is_a_fault_of_the_call(self, known):
        with pytest.raises(CommandError) as refused:
            self.said("--send-to", "nobody")
        assert refused.value.returncode == 2


def test_the_database_is_the_first_that_is_asked():
    assert questions.known(quick=True)[0].name == "database"
    # What `prepare` asks calls no other server.
    slow = {"Redis", "mail", "proxy", "certificate", "files", "virus scanner"}
    assert not slow & {question.name for question in questions.known(quick=True)}
