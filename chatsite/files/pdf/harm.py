"""What in a PDF harms its reader: programs, and files on somebody's share, to which Windows signs in by itself."""

import re
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Stream, String

from chatsite.files.pdf.bounds import Unbounded
from chatsite.files.programs import is_program, is_program_name
from chatsite.files.targets import Reach, reach_of

_MAX_DEPTH = 100
_MAX_ACTIONS = 1_000
# The keys of a file specification that name the file.
_NAMES_OF_FILES = (Name.F, Name.UF, Name.DOS, Name.Mac, Name.Unix)
# What an action, an attached file or the name of a file is written with; flags are named F, too, but are numbers.
_SIGNS = re.compile(rb"/(Launch|EF|EmbeddedFile|OpenAction|AA|MCD)|/(U?F|FS|BU|DOS|Mac|Unix) ?([(<]|\d+ \d+ R)")
# Viewers on Windows make \\host.tld\share of this, whose first part may also be a drive, or a folder elsewhere.
_SHARE = re.compile(r"\s*/[^/.]+\.[^/]+/")
# A file beside the document, or on a Mac; a colon makes no address of it.
_NAME = re.compile(r"[^/\\%]*")
# Viewers ask before they open these.
_ASKED = ("mailto:", "sms:", "tel:")


def suspects(item: Any) -> Iterator[Object]:
    """What in an object may do harm; its text is quick to search."""
    if isinstance(item, Name):
        # A name may stand alone, for others to refer to it.
        yield Dictionary(S=item)
    if isinstance(item, Dictionary | Array | Stream):
        held = item.stream_dict if isinstance(item, Stream) else item
        if _SIGNS.search(held.unparse(resolved=True)):
            yield from _dictionaries(item)


def runs_program(item: Object) -> bool:
    """Whether it starts a program, or is an attached one."""
    if item.get(Name.S) == Name.Launch:
        return True
    if isinstance(item, Stream):
        return item.get(Name.Type) == Name.EmbeddedFile and _is_program(item)
    attached = _attached(item)
    if not attached:
        return False
    return any(map(is_program_name, _names(item))) or any(map(_is_program, attached))


def uses_share(item: Object) -> bool:
    """Whether it names a file on a share, or opens one without a click. Links that are clicked are honest."""
    names = [] if _attached(item) else _names(item)
    target = item.get(Name.F)
    if isinstance(target, Dictionary):
        names += _names(target)
    # Of an attached file, of the base of addresses, of a clip: each may be a string in place of a specification.
    keys = [Name.FS, Name.BU, *([Name.D] if item.get(Name.S) == Name.MCD else [])]
    names += [str(name) for key in keys if isinstance(name := item.get(key), String)]
    names += [str(action.URI) for action in _automatic(item) if isinstance(action.get(Name.URI), String)]
    return any(map(_is_on_share, names))


def _dictionaries(item: Object, depth: int = 0) -> Iterator[Object]:
    """An object and what is written inside it; what it refers to is an object of its own."""
    if depth > _MAX_DEPTH:
        raise Unbounded
    if isinstance(item, Dictionary | Stream):
        yield item
        inner = [value for _, value in item.items()]
    else:
        inner = list(item)
    for value in inner:
        if isinstance(value, Dictionary | Array) and not value.is_indirect:
            yield from _dictionaries(value, depth + 1)


def _names(item: Object) -> list[str]:
    return [str(name) for key in _NAMES_OF_FILES if isinstance(name := item.get(key), String)]


def _attached(item: Object) -> list[Stream]:
    files = item.get(Name.EF)
    return [file for _, file in files.items() if isinstance(file, Stream)] if isinstance(files, Dictionary) else []


def _is_program(stream: Stream) -> bool:
    try:
        return is_program(stream.read_bytes()[:16])
    except pikepdf.PdfError:
        # It cannot be unpacked here, and its name is no program's.
        return False


def _automatic(item: Object) -> Iterator[Object]:
    """The actions that a viewer starts without a click, when the document or a page opens, and those that follow."""
    additional = item.get(Name.AA)
    waiting = [item.get(Name.OpenAction)]
    if isinstance(additional, Dictionary):
        waiting += [action for _, action in additional.items()]
    for _ in range(_MAX_ACTIONS):
        if not waiting:
            return
        action = waiting.pop()
        if isinstance(action, Array):
            waiting += [one for one in action if isinstance(one, Dictionary)]
        elif isinstance(action, Dictionary):
            yield action
            waiting.append(action.get(Name.Next))
    raise Unbounded


def _is_on_share(name: str) -> bool:
    if name.lower().startswith(_ASKED) or _NAME.fullmatch(name):
        return False
    return bool(_SHARE.match(name)) or reach_of(name) is Reach.NETWORK
