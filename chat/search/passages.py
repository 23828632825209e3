"""The excerpts of a message that show why it was found."""

import re
from dataclasses import dataclass

from chat.loading import FullMessage
from chat.search.contents import texts_of
from chat.search.folding import has_all, places, words
from chatsite.clusters import place_after, place_before

LENGTH = 160
# How many characters precede the first matching word.
_BEFORE = 50
# Marks of direction would hold beyond the paragraph that they are in.
_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Passage:
    """An excerpt of a text, on one line, with the places (start, end) of the matching words."""

    text: str
    marks: list[tuple[int, int]]

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The pieces of the text in their order, each with whether it is marked."""
        found: list[tuple[str, bool]] = []
        at = 0
        for start, end in self.marks:
            found += [(self.text[at:start], False), (self.text[start:end], True)]
            at = end
        return [*found, (self.text[at:], False)]


def passages_of(full: FullMessage, asked: tuple[str, ...]) -> list[Passage]:
    """An excerpt of the first text with one of the words, then of each text with words that are still missing.

    The text of the message precedes the names of its files, so all but the first are file names.
    """
    found: list[Passage] = []
    missing = asked
    for text in texts_of(full.message, full.files):
        here = words(text)
        rest = tuple(one for one in missing if not has_all(here, (one,)))
        if rest != missing:
            found.append(_cut(text, list(places(text, asked))))
            missing = rest
    return found


def _cut(text: str, marks: list[tuple[int, int]]) -> Passage:
    start, end = _around(text, marks[0])
    head, tail = "…" if start else "", "…" if end < len(text) else ""
    shift = start - len(head)
    # One character for each, so that the places stay correct.
    shown = _DIRECTION.sub(
        "\u200b", "".join(" " if character.isspace() else character for character in text[start:end])
    )
    inside = [(first - shift, last - shift) for first, last in marks if start <= first and last <= end]
    return Passage(head + shown + tail, inside)


def _around(text: str, mark: tuple[int, int]) -> tuple[int, int]:
    """The bounds of about LENGTH characters around the mark, at spaces where there are any."""
    first, last = mark
    start = max(min(first - _BEFORE, len(text) - LENGTH), 0)
    if start:
        start = next((at + 1 for at in range(start, first) if text[at].isspace()), start)
    end = max(min(start + LENGTH, len(text)), last)
    if end < len(text):
        end = next((at for at in range(end, last, -1) if text[at].isspace()), end)
    return place_before(text, start), place_after(text, end)
