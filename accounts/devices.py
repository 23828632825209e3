"""A name by which a person recognises a device in the list of sign-ins."""

import re

from django.http import HttpRequest

_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}
# Most specific first: nearly every browser also claims to be Chrome and Safari.
_BROWSERS = {
    r"\bEdg(e|A|iOS)?/": "Edge",
    r"\bOPR/": "Opera",
    r"\bSamsungBrowser/": "Samsung Internet",
    r"\b(Firefox|FxiOS)/": "Firefox",
    r"(Chrome|CriOS)/": "Chrome",
    r"\bSafari/": "Safari",
}

_JOINED = " · "


def device_name(request: HttpRequest) -> str:
    """ "Firefox · Windows" from the User-Agent header, else the first word of the header, else nothing."""
    agent = request.META.get("HTTP_USER_AGENT", "")
    browser = next((name for pattern, name in _BROWSERS.items() if re.search(pattern, agent)), "")
    system = next((name for mark, name in _SYSTEMS.items() if mark in agent), "")
    known = _JOINED.join(filter(None, [browser, system]))
    return known or "".join(character for character in agent.split(" ")[0] if character.isprintable())[:60]


def is_recognised(name: str) -> bool:
    """Whether the name is made of words of ours alone, and of nothing that the device said."""
    return bool(name) and {*name.split(_JOINED)} <= {*_SYSTEMS.values(), *_BROWSERS.values()}
