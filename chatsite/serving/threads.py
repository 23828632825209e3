"""gunicorn's worker, which answers a request that it cannot parse as the other servers do, and its log in our form."""

import logging
from typing import Any

from gunicorn import glogging, util
from gunicorn.config import Config
from gunicorn.http.errors import InvalidResponseHeader, InvalidResponseHeaderName, ParseException
from gunicorn.workers.gthread import ThreadWorker

from chatsite.serving.unparsed import UNREADABLE, is_for_programs

logger = logging.getLogger("chatsite.serving")


class Logger(glogging.Logger):
    """Its lines go where ours go, in the form of LOG_FORMAT."""

    def setup(self, cfg: Config) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class Worker(ThreadWorker):
    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """gunicorn writes a page in English, and the line of the request, with its query, into log and page."""
        if not isinstance(exc, ParseException) or isinstance(exc, (InvalidResponseHeader, InvalidResponseHeaderName)):
            # Without the request, whose address and query would be in the line.
            super().handle_error(None, client, addr, exc)
            return
        logger.warning("a request could not be read: %s", type(exc).__name__)
        # The request, or its first line. Where there is neither, a header is one that no browser sends.
        begun = getattr(exc, "req", None)
        if begun is None or is_for_programs(str(getattr(begun, "uri", begun)).encode("latin-1", "replace")):
            util.write(client, UNREADABLE)
        else:
            util.write_error(client, 400, "Bad Request", "")
