"""Asks all questions at once. None makes the others wait, and none lasts longer than its time."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.db import Error, connections

from chatsite.database.failures import BEHIND, meaning_of
from chatsite.doctor.questions import Answer, Question, State, fault
from chatsite.files import bucket_failures


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of one question."""

    question: str
    answer: Answer

    def __str__(self) -> str:
        """As `manage.py doctor` says it, the remedy on a line of its own."""
        mark = "FAULT" if self.answer.state == State.FAULT else self.answer.state
        remedy = f"\n        → {self.answer.remedy}" if self.answer.remedy else ""
        return f"{mark:7} {self.question}: {self.answer.sentence}{remedy}"


@dataclass
class Examination:
    findings: list[Finding] = field(default_factory=list)
    # The names of the questions that need the database, where it does not answer or lacks their tables.
    unasked: list[str] = field(default_factory=list)

    def count(self, state: State) -> int:
        return sum(finding.answer.state == state for finding in self.findings)


class _Asked:
    """A question that a thread asks."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.answers: Sequence[Answer] = ()
        self.is_done = threading.Event()

    def ask(self) -> None:
        self.answers = answers_to(self.question)
        self.is_done.set()

    def wait(self, since: float) -> Sequence[Answer]:
        """The answers, at the latest when the time of the question is over."""
        seconds = self.question.seconds
        if self.is_done.wait(max(0, since + seconds - time.monotonic())):
            return self.answers
        return [fault(f"There was no answer within {seconds:.0f} s.", "What it asks hangs, or is overloaded.")]


def answers_to(question: Question) -> Sequence[Answer]:
    """Ask it here. Whatever it raises is its answer, by its name alone: an error may quote a secret."""
    try:
        given = question.ask()
    except Error as error:
        return [fault(*meaning_of(error))]
    except OSError as error:
        return [fault(f"It failed: {error.strerror or type(error).__name__}.", "See what this question is about.")]
    except Exception as error:
        if meaning := bucket_failures.meaning_of(error):
            return [fault(*meaning)]
        return [fault(f"It could not be asked ({type(error).__name__}).", "Please report this: SECURITY.md has where.")]
    if given is None:
        return []
    return [given] if isinstance(given, Answer) else given


def examine(questions: Iterable[Question]) -> Examination:
    asked = [_Asked(question) for question in questions]
    of_database = [one for one in asked if one.question.needs_database]
    begin = time.monotonic()
    _in_thread(lambda: _ask_in_order(of_database))
    for one in asked:
        if not one.question.needs_database:
            _in_thread(one.ask)
    found = Examination()
    _take_in_order(of_database, found)
    for one in asked:
        if not one.question.needs_database:
            found.findings += [Finding(one.question.name, answer) for answer in one.wait(begin)]
    return found


def _take_in_order(of_database: Sequence[_Asked], found: Examination) -> None:
    """They are asked one after the other, the connection first: each has its time from the end of the one before."""
    is_away = has_fault = False
    for one in of_database:
        given = [] if is_away else one.wait(time.monotonic())
        # That tables are missing is said once, by the migrations.
        if is_away or (has_fault and list(given) == [fault(*BEHIND)]):
            found.unasked.append(one.question.name)
            continue
        found.findings += [Finding(one.question.name, answer) for answer in given]
        is_fault = _has_fault(given)
        has_fault |= is_fault
        is_away = not one.is_done.is_set() or (is_fault and one is of_database[0])


def _ask_in_order(of_database: Sequence[_Asked]) -> None:
    for one in of_database:
        one.ask()
        if one is of_database[0] and _has_fault(one.answers):
            return


def _has_fault(answers: Iterable[Answer]) -> bool:
    return any(answer.state == State.FAULT for answer in answers)


def _in_thread(call: Callable[[], None]) -> None:
    def run() -> None:
        try:
            call()
        finally:
            connections.close_all()

    threading.Thread(target=run, name="doctor", daemon=True).start()
