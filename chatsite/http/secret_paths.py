"""Addresses that are secrets, and stay out of the log: the links of mails, which set a password."""

import re

_LINK = re.compile(r"(/accounts/password/reset/key/)[^\s?#\"']+")


def shortened(text: str) -> str:
    """The text with each such path shortened, as `deploy/nginx.conf` does in its log."""
    return _LINK.sub(r"\1-", text) if "/key/" in text else text
