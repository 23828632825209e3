"""Report the lines of the given files that are too long: 120 characters, in Markdown 100.

Usage: .venv/bin/python bin/lint_lines.py FILE…
Prints `file:line: 132 characters` for each of them, and ends with 1 if there is one.
In Markdown, tables, code blocks, headings, and lines that begin with something that cannot be broken
(a link, an address, code) are left out.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

LIMIT, MARKDOWN_LIMIT = 120, 100
_FENCE = re.compile(r"\s*(`{3,}|~{3,})")
_TABLE_OR_HEADING = re.compile(r"\s*\||#{1,6} ")
# What precedes the words of a line: the mark of a quote or a list, or the name of a link that is defined here.
_PREFIX = re.compile(r"\s*(?:> ?)*(?:[-*+] |\d+\. |\[[^\]]+\]: )?")
# What cannot be broken: a link, an image, code, a word.
_UNBREAKABLE = re.compile(r"(?:!?\[[^\]]*\]\([^)]*\)|`[^`]*`|\S)+")


def too_long(path: Path) -> Iterator[tuple[int, int]]:
    """Yield the number and the length of each line that is too long."""
    lines = path.read_text(encoding="utf-8").splitlines()
    if path.suffix == ".md":
        yield from _too_long_in_markdown(lines)
        return
    for number, line in enumerate(lines, start=1):
        if len(line) > LIMIT:
            yield number, len(line)


def _too_long_in_markdown(lines: Iterable[str]) -> Iterator[tuple[int, int]]:
    fence = ""
    for number, line in enumerate(lines, start=1):
        if mark := _FENCE.match(line):
            if not fence:
                fence = mark[1]
            elif mark[1].startswith(fence):
                fence = ""
        elif not fence and len(line) > MARKDOWN_LIMIT and not _TABLE_OR_HEADING.match(line) and _can_break(line):
            yield number, len(line)


def _can_break(line: str) -> bool:
    """Whether the first word, link or code of a line ends within the limit."""
    prefix = _PREFIX.match(line)
    first = _UNBREAKABLE.match(line, prefix.end() if prefix else 0)
    return first is None or first.end() <= MARKDOWN_LIMIT


def main(names: list[str]) -> int:
    found = False
    for name in names:
        for number, length in too_long(Path(name)):
            found = True
            print(f"{name}:{number}: {length} characters")
    return int(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
