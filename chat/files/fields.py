"""What a field of a Word document does, by its instruction: whether it runs a program or loads from the network."""

import re
from enum import Enum
from itertools import islice

from chatsite.files.targets import Reach, reach_of

_PICTURES = {"includepicture", "import"}
_LOADING = ("includepicture", "includetext", "include", "import", "link", "rd", "data", "database")
_PROGRAMS = ("dde", "ddeauto")
_DANGEROUS = (*_PROGRAMS, *_LOADING)
# What may stand before the first word of an instruction without being part of it.
_SKIPPED = r"[\s\"\\{]*"
_KEYWORD = re.compile(rf"{_SKIPPED}({'|'.join(_DANGEROUS)})\b(.*)", re.IGNORECASE | re.DOTALL)
_QUOTE = re.compile(r"[\s\"]*quote\b(.*)", re.IGNORECASE | re.DOTALL)
_CODE = re.compile(r"0x([0-9a-f]{1,5})|(\d{1,5})", re.IGNORECASE)
_ARGUMENT = re.compile(r'"([^"]*)"|\S+')
_SWITCH = re.compile(r"\\.{1,2}")
# Fields whose value has digits only.
_NUMBER = re.compile(
    r"\s*(?:page|numpages|sectionpages|pageref\s+\S+)\s*(?:\\h\s*|\\\*\s*(?:mergeformat|arabic)\s*)*", re.IGNORECASE
)
# Word does not see them in an instruction.
_INVISIBLE = re.compile(r"[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_QUOTES = str.maketrans("“”„‟«»", '""""""')
_FIRST_WORD = re.compile(rf"{_SKIPPED}(=|[a-z]+)", re.IGNORECASE)
# All fields of Word that neither run nor embed something; those that load are judged by what.
_NAMES = (
    "= addin addressblock advance ask author autonum autonumlgl autonumout autotext autotextlist barcode bibliography"
    " bidioutline citation comments compare createdate date displaybarcode docproperty docvariable edittime eq filename"
    " filesize fillin formcheckbox formdropdown formtext ftnref gotobutton greetingline hyperlink if includepicture"
    " includetext index info keywords lastsavedby listnum macrobutton mergebarcode mergefield mergerec mergeseq next"
    " nextif noteref numchars numpages numwords page pageref printdate private quote ref revnum savedate section"
    " sectionpages seq set shape skipif styleref subject symbol ta tc template time title toa toc useraddress"
    " userinitials username xe"
)
_KNOWN = frozenset(_NAMES.split())
_ANYWHERE = re.compile(r"(?<!\w)(?:dde|ddeauto|includepicture|includetext|database)\b", re.IGNORECASE)
# Of those, and of the arguments of one that loads.
_MOST = 40


class Danger(Enum):
    PROGRAM = "program"
    NETWORK = "network"


def danger_in(instruction: str) -> Danger | None:
    """What a field with this instruction would do, if it is not harmless."""
    found = _KEYWORD.match(_visible(instruction))
    if found is None:
        return None
    keyword = found[1].lower()
    if keyword in _PROGRAMS:
        return Danger.PROGRAM
    if keyword == "database":
        # Its connection is to a server, in words of its own.
        return Danger.NETWORK
    allowed = {Reach.LOCAL, Reach.WEB} if keyword in _PICTURES else {Reach.LOCAL}
    for number, argument in enumerate(_ARGUMENT.finditer(found[2])):
        written = argument[1] or argument[0]
        if number == _MOST or not (_SWITCH.fullmatch(written) or _reaches(written) <= allowed):
            return Danger.NETWORK
    return None


def dangers_in_imported(instruction: str) -> set[Danger]:
    """The same for pages and RTF, which have more ways to hide words: the first one has to be that of a known field."""
    visible = _visible(instruction)
    found = list(islice(_ANYWHERE.finditer(visible), _MOST + 1))
    if not is_known(visible) or len(found) > _MOST:
        return {Danger.PROGRAM}
    return {danger for keyword in found if (danger := danger_in(visible[keyword.start() :]))}


def is_known(instruction: str) -> bool:
    """Whether this is the instruction of a field that Word has, and that does not run or embed anything."""
    first = _FIRST_WORD.match(instruction)
    return first is not None and first[1].lower() in _KNOWN


def may_become_dangerous(beginning: str) -> bool:
    """Whether the first word of a field that begins so, and goes on with the value of another, may be a dangerous one.

    What that value will be is seen only when Word computes it.
    """
    word = _visible(beginning).lstrip(' \t\r\n\xa0"\\{').lower()
    return any(keyword.startswith(word) for keyword in _DANGEROUS)


def is_number(instruction: str) -> bool:
    """Whether the value of this field is a number, which is no word of a field."""
    return _NUMBER.fullmatch(instruction) is not None


def quoted_value(instruction: str) -> str:
    """The value of a QUOTE field: texts, and codes of characters."""
    found = _QUOTE.match(_visible(instruction))
    if found is None:
        return ""
    return "".join(_value(argument[1] or argument[0]) for argument in _ARGUMENT.finditer(found[1]))


def _value(argument: str) -> str:
    code = _CODE.fullmatch(argument)
    if code is None:
        return argument
    number = int(code[1], 16) if code[1] else int(code[2])
    return chr(number)


def _visible(instruction: str) -> str:
    return _INVISIBLE.sub("", instruction).translate(_QUOTES)


def _reaches(argument: str) -> set[Reach]:
    """Fields write each backslash twice; Word also takes a single one."""
    return {reach_of(argument), reach_of(argument.replace("\\\\", "\\"))}
