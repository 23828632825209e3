"""Addresses that are secrets, and stay out of the log: the links of mails, which set a password."""

import logging
import re

_LINK = re.compile(r"(/accounts/password/reset/key/)[^\s?#]+")


class SecretPathsFilter(logging.Filter):
    """Shortens such a path in a record, as `deploy/nginx.conf` does in its log."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if _LINK.search(message):
            record.msg, record.args = _LINK.sub(r"\1-", message), ()
        return True
