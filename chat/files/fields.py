"""The fields of a Word document that run a program, or load from the network, wherever in its XML they stand."""

import re
from enum import Enum
from xml.parsers import expat

from chat.files.targets import Reach, reach_of

_DDE = re.compile(r"[\s\"\\{]*dde(auto)?\b", re.IGNORECASE)
_LOADING = re.compile(r"[\s\"\\{]*(includepicture|includetext|import|link|rd)\b(.*)", re.IGNORECASE | re.DOTALL)
_QUOTE = re.compile(r"[\s\"]*quote\b(.*)", re.IGNORECASE | re.DOTALL)
_ARGUMENT = re.compile(r'"([^"]*)"|(\S+)')
_PICTURES = {"includepicture", "import"}
# What XML with a field contains, in whatever case of prefix; XML in UTF-16 is always read.
_SIGNS = (b"instrText", b"fldSimple", b"fldChar", b"delInstrText")
_INSTRUCTIONS = {"instrText", "delInstrText"}


class Danger(Enum):
    PROGRAM = "program"
    NETWORK = "network"


def may_have_fields(xml: bytes) -> bool:
    return xml[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in xml[:4] or any(sign in xml for sign in _SIGNS)


def danger_in(instruction: str) -> Danger | None:
    """What a field with this instruction would do, if it is not harmless."""
    if _DDE.match(instruction):
        return Danger.PROGRAM
    loading = _LOADING.match(instruction)
    if loading is None:
        return None
    allowed = {Reach.LOCAL, Reach.WEB} if loading[1].lower() in _PICTURES else {Reach.LOCAL}
    for quoted, plain in _ARGUMENT.findall(loading[2]):
        # Fields write each backslash twice. A single one begins a switch.
        argument = (quoted or plain).replace("\\\\", "\\")
        if not re.fullmatch(r"\\.{1,2}", argument) and reach_of(argument) not in allowed:
            return Danger.NETWORK
    return None


class FieldReader:
    """Handlers for expat that put each instruction together again, however many runs and fields it is split over."""

    def __init__(self) -> None:
        self.dangers: set[Danger] = set()
        # For each open field: its instruction so far, and whether that is complete. The first is for text outside.
        self._open: list[tuple[list[str], bool]] = [([], False)]
        self._results: list[list[str]] = [[]]
        self._reading: str | None = None

    def read(self, parser: expat.XMLParserType) -> None:
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text

    def finish(self) -> None:
        """A field that is never closed counts, too."""
        while self._open:
            self._judge("".join(self._open.pop()[0]))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name in _INSTRUCTIONS or name == "t":
            self._reading = name
        elif name == "fldSimple":
            for attribute, value in attributes.items():
                if attribute.rpartition(":")[2] == "instr":
                    self._judge(value)
        elif name == "fldChar":
            kinds = [value for attribute, value in attributes.items() if attribute.rpartition(":")[2] == "fldCharType"]
            self._turn(kinds[0] if kinds else "")

    def _end(self, tag: str) -> None:
        self._reading = None

    def _text(self, text: str) -> None:
        if self._reading is None:
            return
        instruction, is_complete = self._open[-1]
        if self._reading in _INSTRUCTIONS:
            instruction.append(text)
        elif len(self._open) > 1:
            (self._results[-1] if is_complete else instruction).append(text)

    def _turn(self, kind: str) -> None:
        if kind == "begin":
            self._open.append(([], False))
            self._results.append([])
        elif kind == "separate" and len(self._open) > 1:
            self._open[-1] = (self._open[-1][0], True)
        elif kind == "end" and len(self._open) > 1:
            instruction = "".join(self._open.pop()[0])
            result = "".join(self._results.pop())
            self._judge(instruction)
            # An inner field stands for its value: `{ { QUOTE 68 68 69 } … }` is a DDE field.
            outer, is_complete = self._open[-1]
            if not is_complete and len(self._open) > 1:
                outer.append(_quoted(instruction) or result)

    def _judge(self, instruction: str) -> None:
        danger = danger_in(instruction)
        if danger:
            self.dangers.add(danger)


def _quoted(instruction: str) -> str:
    """The value of a QUOTE field: texts, and codes of characters."""
    found = _QUOTE.match(instruction)
    if found is None:
        return ""
    arguments = [quoted or plain for quoted, plain in _ARGUMENT.findall(found[1])]
    return "".join(chr(int(value)) if re.fullmatch(r"\d{1,5}", value) else value for value in arguments)
