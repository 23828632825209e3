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


def newest() -> int:
    """The version that this release builds."""
    return max(RULES)


def _read() -> int:
    complete = SearchIndex.objects.filter(version__in=RULES, completed_at__isnull=False)
    return max(complete.values_list("version", flat=True), default=newest())


# The switch to another version is seen by all processes after so long. Until then they search the old one.
_recent = Recent(_read, seconds=5)


def live() -> int:
    """The version to search: the newest complete one whose rules this release has; without one, that which it builds.

    It may lack messages, as each may: a search indexes first what it would miss.
    """
    return _recent.value()


def kept() -> list[int]:
    """The versions in which somebody may search, or have a message, now."""
    return sorted({newest(), *SearchIndex.objects.values_list("version", flat=True)})


def forget() -> None:
    """Look anew at the next use."""
    _recent.forget()
