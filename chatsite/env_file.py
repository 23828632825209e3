"""The file of settings: a NAME=value on each line, as people write it.

`export`, quotes and a comment after the value may be there. A # without a space before it is part of the value.
"""

import re
from collections.abc import Iterator

_LINE = re.compile(r"(?:export\s+)?(?P<name>[A-Za-z_0-9]+)=(?P<value>.*)")
_SINGLE = re.compile(r"'(.*?)'(\s+#.*)?")
# Within, \" is a quote.
_DOUBLE = re.compile(r'"((?:\\.|[^"\\])*)"(\s+#.*)?')
_BARE = re.compile(r"(.*?)\s*(?:(?:^|\s)#.*)?")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


class Unreadable(ValueError):
    """Its text says which line is wrong, and has nothing of it: it may be half of a secret."""


def values(text: str) -> dict[str, str]:
    """The settings by name; of one that is there twice the last."""
    return dict(_assignments(text))


def _assignments(text: str) -> Iterator[tuple[str, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        found = _LINE.fullmatch(line)
        if not found:
            raise Unreadable(f"Line {number} of its file is no NAME=value.")
        if _CONTROL.search(line):
            raise Unreadable(f"Line {number} of its file has a sign that cannot be seen.")
        try:
            yield found["name"], _value(found["value"])
        except ValueError:
            raise Unreadable(f"Line {number} of its file has a quote that is not closed, or text behind it.") from None


def _value(written: str) -> str:
    if written.startswith("'"):
        return _matched(_SINGLE, written)
    if written.startswith('"'):
        # Line ends and tabs stay escaped, as in the JSON of a service account.
        return re.sub(r"\\(.)", lambda found: found[0] if found[1] in "rnt" else found[1], _matched(_DOUBLE, written))
    return _matched(_BARE, written)


def _matched(form: re.Pattern[str], written: str) -> str:
    found = form.fullmatch(written)
    if not found:
        raise ValueError
    return found[1]
