"""Addresses in the XML of a Word document itself: its relations are not the only place from which it loads."""

import re
from collections.abc import Iterator
from itertools import pairwise

from chatsite.files.targets import Reach

LOCAL = frozenset({Reach.LOCAL})
_WEB = frozenset({Reach.LOCAL, Reach.WEB})
# What an attribute of an element may name, by their names without prefix. The first are pictures of shapes (VML);
# of the elements below them each attribute may be an address: those of Word 2003 have no relations.
_ATTRIBUTES = {
    **{(element, name): _WEB for element in ("imagedata", "image", "fill", "stroke") for name in ("src", "href")},
    **{(element, "althref"): _WEB for element in ("imagedata", "fill", "stroke")},
    # Add-ins of Office, and what Word asks about before it installs it.
    ("reference", "store"): _WEB,
    ("schema", "manifestLocation"): _WEB,
    ("schema", "schemaLocation"): _WEB,
}
_DOCUMENTS = {"attachedTemplate", "dataSource", "headerSource", "src", "sourceFileName", "subDoc", "altChunk", "movie"}
# The source of a letter that is merged: a connection and a query.
_CONNECTIONS = {"connectString", "udl", "query"}
# Text that is an address: the form that a document opens beside it.
TEXTS = {"xsnLocation"}
# A property of a control may be anything, so only what can be nothing else counts as an address.
_PROPERTY_OF_CONTROL = ("ocxPr", "value")
_ADDRESS = re.compile(r"\s*(?:[\\/]{2}|(?:https?|ftp|file|mhtml|rtsp|mms):)", re.IGNORECASE)
# All elements that may name an address.
ELEMENTS = {element for element, _ in (*_ATTRIBUTES, _PROPERTY_OF_CONTROL)} | _DOCUMENTS | _CONNECTIONS | TEXTS
_SIGN = re.compile(rf"[<:](?:{'|'.join(sorted(ELEMENTS))})[\s/>]".encode())

# Properties of a connection that are named as if they were addresses.
_PROPERTY = re.compile(r"\bjet oledb:", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s\"'`()\[\]{},;=|]+")
_SERVERS = {"server", "servername", "host", "hostname", "address", "addr", "networkaddress", "remoteserver", "location"}
# Drivers of files have a path as their source, that of ODBC the name of a setting, others a server.
_OF_DATA = re.compile(r"/*[a-z][:|].*|.*\.(?:accd\w|mdb|xls\w?|ods|csv|tab|txt|dbf|docx?|html?|odc|udl|dsn)", re.DOTALL)
_HERE = re.compile(r"|\(localdb\).*|(?:\.|\(local\)|localhost|127\.0\.0\.1)(?:[\\,:].*)?", re.DOTALL)
_LONGEST = 32 * 1024


def may_have_addresses(xml: bytes) -> bool:
    return _SIGN.search(xml) is not None


def addresses_in(element: str, attributes: dict[str, str]) -> Iterator[tuple[str, frozenset[Reach]]]:
    """The addresses that an element names, each with what it may reach; a connection becomes its parts."""
    for written, value in attributes.items():
        prefix, _, name = written.rpartition(":")
        if "xmlns" in (prefix, name):
            continue
        if element in _DOCUMENTS:
            yield value, LOCAL
        elif element in _CONNECTIONS:
            yield from ((address, LOCAL) for address in _connected(value))
        elif (element, name) in _ATTRIBUTES:
            yield value, _ATTRIBUTES[element, name]
        elif (element, name) == _PROPERTY_OF_CONTROL and _ADDRESS.match(value):
            yield value, LOCAL


def _connected(connection: str) -> Iterator[str]:
    """What a connection or a query names; a server that it names becomes an address."""
    if len(connection) > _LONGEST:
        yield "//too-long"
        return
    plain = _PROPERTY.sub("", connection)
    yield from _BETWEEN.split(plain)
    is_odbc = "msdasql" in plain.lower()
    for part in plain.split(";"):
        for key, value in pairwise(part.split("=")):
            key, value = re.sub(r"[\W_]", "", key).lower(), value.strip(" \"'[]{}").lower()
            is_path = is_odbc or _OF_DATA.fullmatch(value)
            if (key in _SERVERS or (key == "datasource" and not is_path)) and not _HERE.fullmatch(value):
                yield f"//{value}"
