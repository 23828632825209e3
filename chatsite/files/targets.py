"""Where the address of an outside part of a document leads: to this machine, to the web, or into the network."""

import re
from enum import Enum
from urllib.parse import unquote

# Addresses of what was pasted, or stands elsewhere in the same document: they lead nowhere.
_NOWHERE = {"about", "applewebdata", "blob", "cid", "data", "mid", "tag", "urn", "webkit-fake-url", "wordml"}
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]+):")
_DRIVE = re.compile(r"/*[a-z][:|]")
# `\\?\C:\file` and `\\.\C:\file` are local, `\\?\UNC\host\share` is not.
_DEVICE = re.compile(r"/+(?:\?\?|[?.])/+")
_ENCODED_AGAIN = 5
# No program opens a longer address.
_LONGEST = 32 * 1024
# What a part of `Disk:Users:ben:Normal.dotm` cannot be: these carry an address of their own.
_CARRIERS = {"file", "ftp", "http", "https", "its", "javascript", "ldap", "mhtml", "script", "smb", "vbscript"}


class Reach(Enum):
    LOCAL = "local"
    WEB = "web"
    NETWORK = "network"


def reach_of(target: str) -> Reach:
    """What Word would open at this address; whatever is not known to be local or the web counts as network."""
    address = _plain(target[:_LONGEST])
    if address.startswith(("http:", "https:")):
        return Reach.WEB
    if address.startswith("file:"):
        return _reach_of_file(address.removeprefix("file:"))
    if _DRIVE.match(address):
        return Reach.LOCAL
    if _is_on_a_mac(address):
        return Reach.LOCAL
    if found := _SCHEME.match(address):
        return Reach.LOCAL if found[1] in _NOWHERE else Reach.NETWORK
    return _reach_of_path(address)


def _plain(target: str) -> str:
    """Without encoding, in lower case, with slashes, and without the characters that Windows skips."""
    for _ in range(_ENCODED_AGAIN):
        decoded = unquote(target, errors="replace")
        if decoded == target:
            break
        target = decoded
    address = "".join(character for character in target if character.isprintable()).replace("\\", "/")
    return address.strip(" \"'").lower().removeprefix("url:")


def _is_on_a_mac(address: str) -> bool:
    """Whether colons separate a volume, its folders and a file, as they did on a Mac."""
    parts = address.split(":")
    if len(parts) < 3 or not all(parts) or not re.fullmatch(r"[^/?&|!=<>]+", address):
        return False
    return not any(part in _CARRIERS or part.startswith("ms-") for part in parts)


def _reach_of_file(rest: str) -> Reach:
    if _DRIVE.match(rest) or _DEVICE.match(rest):
        return _reach_of_path(rest)
    slashes = len(rest) - len(rest.lstrip("/"))
    if slashes == 2 and rest.startswith("//localhost/"):
        return _reach_of_path(rest.removeprefix("//localhost"))
    # Two slashes precede a host, four a host as well; one or three a path of this machine.
    return Reach.NETWORK if (slashes == 2 and rest != "//") or slashes > 3 else _reach_of_path(rest.lstrip("/"))


def _reach_of_path(path: str) -> Reach:
    if _DRIVE.match(path):
        return Reach.LOCAL
    if device := _DEVICE.match(path):
        return Reach.LOCAL if _DRIVE.match(path[device.end() :]) else Reach.NETWORK
    return Reach.NETWORK if path.startswith("//") else Reach.LOCAL
