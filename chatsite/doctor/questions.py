"""Questions, and their answers: one sentence, and one remedy where something is wrong."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Answer:
    state: State
    sentence: str
    remedy: str = ""


def ok(sentence: str) -> Answer:
    return Answer(State.OK, sentence)


def warning(sentence: str, remedy: str) -> Answer:
    """The chat works, but not as well or as safely as it should."""
    return Answer(State.WARNING, sentence, remedy)


def fault(sentence: str, remedy: str) -> Answer:
    return Answer(State.FAULT, sentence, remedy)


# None where the question does not arise.
Answers = Answer | Sequence[Answer] | None


@dataclass(frozen=True)
class Question:
    """`ask` never shows a value that may be a secret. It may raise: that is an answer, too."""

    name: str
    ask: Callable[[], Answers]
    # Whether `prepare` asks it, too: it takes no time, calls no other server than the database, and changes nothing.
    quick: bool = False
    # Such questions are asked in their order, on one connection, and not at all once the database does not answer.
    needs_database: bool = False
    seconds: float = 15
    # The system checks that would say the same.
    checks: tuple[str, ...] = ()


_questions: list[Question] = []


def add(*questions: Question, first: bool = False) -> None:
    new = [question for question in questions if question not in _questions]
    _questions[:] = new + _questions if first else _questions + new


def known(*, quick: bool = False) -> list[Question]:
    return [question for question in _questions if question.quick or not quick]
