"""Forms that are written in XML inside of a PDF (XFA): what they load from a share, or send there."""

import re
from contextlib import suppress
from xml.parsers import expat

from pikepdf import Array, Dictionary, Name, Pdf, Stream

from chatsite.files.targets import Reach, reach_of

_VALUE = re.compile(r"\"([^\"]*)\"|'([^']*)'")
# Other values of attributes may look like an address, and are none.
_ADDRESS = re.compile(r"\s*(\\\\|file:)", re.IGNORECASE)


def form_uses_share(pdf: Pdf) -> bool:
    """Whether an attribute or a style sheet of its form names a file on a share."""
    found: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _, attributes: found.extend(attributes.values())
    parser.ProcessingInstructionHandler = lambda _, words: found.extend("".join(pair) for pair in _VALUE.findall(words))
    # What stands behind an error is read by nobody.
    with suppress(expat.ExpatError):
        parser.Parse(_xml_of(pdf), True)
    return any(_ADDRESS.match(value) and reach_of(value) is Reach.NETWORK for value in found)


def _xml_of(pdf: Pdf) -> bytes:
    form = pdf.Root.get(Name.AcroForm)
    written = form.get(Name.XFA) if isinstance(form, Dictionary) else None
    parts = list(written) if isinstance(written, Array) else [written]
    return b"".join(part.read_bytes() for part in parts if isinstance(part, Stream))
