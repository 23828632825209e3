"""RTF inside of a .docx: what it runs or loads while Word converts it."""

import re
from collections.abc import Iterator

from chat.files.fields import Danger, dangers_in_imported, is_known
from chatsite.files.targets import Reach, reach_of

# Objects of other programs. Nobody imports RTF with them, and much that is harmful comes in them.
_OBJECT = re.compile(r"\\obj(?:ect|data|update|autlink|link|ocx|sub|emb|icemb|html|attph|class|name)")
# What else would be read from elsewhere, and the name of a linked picture of a shape.
_FILES = re.compile(r"\\(?:template|nextfile|file)(?![a-z])-?\d*")
# A letter that is merged with a source of data: nobody imports one.
_MERGED = re.compile(r"\\mm(?:datasource|headersource|connectstr|odso)")
_PROPERTY, _VALUE = re.compile(r"\\sp(?![a-z])"), re.compile(r"\\sv(?![a-z])")
_LINKED_PICTURE = re.compile(r"(?:pib|blip)\w{0,20}name", re.IGNORECASE)
_FIELD = re.compile(r"\\fldinst")
_INNER = re.compile(r"\\field|\\\*")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
# Of an instruction or an address, of all of one kind, and how many: what is beyond that is not looked at, but refused.
_LONGEST, _LONGEST_TOGETHER, _MOST = 64 * 1024, 4 * 1024 * 1024, 20_000
_HIDDEN = re.compile(r"\\bin")
_CODE = re.compile(r"\\u(-?\d{1,6}) ?(?:\\'[0-9a-f]{2}|[^\\{};])?|\\'([0-9a-f]{2})", re.IGNORECASE)
# Groups, control words and symbols; what is escaped is text.
_CONTROL = re.compile(r"\\[a-z]+-?\d* ?|\\[^a-z]|[{}\r\n]", re.IGNORECASE)
_ESCAPED = str.maketrans("\1\2\3", "\\{}")


def dangers_of_rtf(text: str) -> set[Danger]:
    if _OBJECT.search(text):
        return {Danger.PROGRAM}
    found: set[Danger] = {Danger.NETWORK} if _MERGED.search(text) else set()
    for instruction in _groups(text, _FIELD):
        found |= _dangers_of_field(instruction)
    for address in _groups(text, _FILES):
        found |= _dangers_of_address(address, {Reach.LOCAL})
    for written in _groups(text, _PROPERTY):
        if written is None or _LINKED_PICTURE.search(_plain(written)):
            found |= _dangers_of_property(written)
    return found


def _dangers_of_property(written: str | None) -> set[Danger]:
    """Of the property of a shape that names a picture: its name and its value, in either order."""
    values = list(_groups(written, _VALUE)) if written is not None else []
    if not values:
        return {Danger.NETWORK}
    return set().union(*(_dangers_of_address(value, {Reach.LOCAL, Reach.WEB}) for value in values))


def _groups(text: str, word: re.Pattern[str]) -> Iterator[str | None]:
    """What stands from each of these words to the end of its group; None where that is not found."""
    left = _LONGEST_TOGETHER
    for number, found in enumerate(word.finditer(text)):
        group = _to_end_of_group(text[found.end() : found.end() + _LONGEST])
        left -= len(group or "")
        if group is None or left < 0 or number == _MOST:
            yield None
            return
        yield group


def _to_end_of_group(text: str) -> str | None:
    depth = 0
    for brace in _BRACE.finditer(text):
        depth += {"{": 1, "}": -1}.get(brace[0], 0)
        if depth < 0:
            return text[: brace.start()]
    return None


def _dangers_of_field(instruction: str | None) -> set[Danger]:
    if instruction is None or _HIDDEN.search(instruction):
        return {Danger.PROGRAM}
    # The first word may not come from a field in it, or from a group that some programs leave out.
    if not is_known(_plain(_INNER.split(instruction, maxsplit=1)[0])):
        return {Danger.PROGRAM}
    return dangers_in_imported(_plain(instruction))


def _dangers_of_address(address: str | None, allowed: set[Reach]) -> set[Danger]:
    if address is None or _HIDDEN.search(address) or "{\\*" in address or reach_of(_plain(address)) not in allowed:
        return {Danger.NETWORK}
    return set()


def _plain(rtf: str) -> str:
    """The text of a piece of RTF."""
    escaped = rtf.replace("\\\\", "\1").replace("\\{", "\2").replace("\\}", "\3")
    decoded = _CODE.sub(_character, escaped)
    return _CONTROL.sub("", decoded).translate(_ESCAPED)


def _character(code: re.Match[str]) -> str:
    character = chr(int(code[1]) % 0x10000) if code[1] else chr(int(code[2], 16))
    return "\1" if character == "\\" else character
