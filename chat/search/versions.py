"""The versions of the index. Each has rules of its own: which words a text has, and which words a query asks for.

A release that changes the rules adds a version with the next number, and keeps the one before until the release after.
A worker builds the new index beside the old one (`building`), which serves until the new one is complete.
"""

from collections.abc import Callable
from dataclasses import dataclass

from chat.models import SearchIndex
from chat.search import folding
from chatsite.recent import Recent


@dataclass(frozen=True, slots=True)
class Rules:
    """`words` are those of a text, `asked` those of a query. What is found is compared by `folding` as it is now."""

    words: Callable[[str], set[str]]
    asked: Callable[[str], tuple[str, ...]]


RULES = {1: Rules(folding.words, folding.asked_words)}
# The row of SearchIndex by which rows of version 1 may be as release 1.0.0 wrote them: they lack keys of its rules.
FORMER = 0


def newest() -> int:
    """The version that this release builds."""
    return max(RULES)


def _read() -> tuple[int, bool]:
    rows = dict(SearchIndex.objects.values_list("version", "completed_at"))
    complete = (version for version, completed_at in rows.items() if version in RULES and completed_at)
    return max(complete, default=newest()), FORMER in rows


# The switch to another version is seen by all processes after so long. Until then they search the old one.
_recent = Recent(_read, seconds=5)


def live() -> int:
    """The version to search: the newest complete one whose rules this release has; without one, that which it builds.

    It may lack messages, as each may: a search indexes first what it would miss.
    """
    return _recent.value()[0]


def asked(q: str, version: int) -> tuple[str, ...]:
    """The keys that the messages of this version have where they match the query."""
    if version == 1 and _recent.value()[1]:
        return folding.plain_words(q)
    return RULES[version].asked(q)


def kept() -> list[int]:
    """The versions in which somebody may search, or have a message, now."""
    rows = SearchIndex.objects.exclude(pk=FORMER)
    return sorted({newest(), *rows.values_list("version", flat=True)})


def forget() -> None:
    """Look anew at the next use."""
    _recent.forget()
