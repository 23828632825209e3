"""Reports of errors to a Sentry, where SENTRY_DSN names one: what broke where, and nothing that it broke on.

A report is made here from scratch, of a list of what may leave: the types of the exceptions, the module, function and
line of each frame, the logger, the role, the version, the request's id, route and status. No integration of the package
adds to it. `only_allowed` cuts once more what the package is about to send, whoever made it.
"""

import atexit
import logging
import sys
import time
import traceback
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings

from chatsite import __version__
from chatsite.causes import causes_of, is_ours
from chatsite.http import observed, request_id
from chatsite.process import role

if TYPE_CHECKING:
    from sentry_sdk.types import Event

# By key, what is kept of the value: all of it, the same of an object, or of each object of a list.
_Allowed = Mapping[str, "bool | _Allowed"]
_FRAME: _Allowed = {"module": True, "function": True, "lineno": True, "in_app": True}
_EXCEPTION: _Allowed = {"type": True, "module": True, "stacktrace": {"frames": _FRAME}}
ALLOWED: _Allowed = {
    **dict.fromkeys(["event_id", "timestamp", "platform", "level", "logger", "release"], True),
    "tags": dict.fromkeys(["role", "request_id", "route", "status"], True),
    "exception": {"values": _EXCEPTION},
}
# What the package itself, and what it sends with, have to say is no fault of ours; and would be reported in turn.
_OWN = ("sentry_sdk", "urllib3")
FLUSH_SECONDS = 2
# The same place is reported once in so long, by each process.
REPEATED_SECONDS = 60


class ReportHandler(logging.Handler):
    """Makes a report of each error that is logged, but not of each repeat: a worker may meet one every second."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        # By place, when it was last reported. There are as many as lines of code that log an error.
        self._reported_at: dict[tuple[str, int], float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.partition(".")[0] in _OWN or _is_echo(record) or self._is_repeat(record):
            return
        try:
            import sentry_sdk

            sentry_sdk.capture_event(cast("Event", report_of(record)))
        except Exception:
            self.handleError(record)

    def _is_repeat(self, record: logging.LogRecord) -> bool:
        place, now = (record.pathname, record.lineno), time.monotonic()
        # All faults of views are logged by the same line.
        if record.exc_info and record.exc_info[2]:
            *_, (frame, line) = traceback.walk_tb(record.exc_info[2])
            place = (frame.f_code.co_filename, line)
        if now - self._reported_at.get(place, -REPEATED_SECONDS) < REPEATED_SECONDS:
            return True
        self._reported_at[place] = now
        return False


def begin(**options: Any) -> None:
    """Report errors from now on. Opens no connection; without SENTRY_DSN or the package, does nothing."""
    # `chatsite.report_checks` has the sentence of a problem.
    if not settings.SENTRY_DSN or problem():
        return
    import sentry_sdk

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=__version__,
        server_name="",
        default_integrations=False,
        auto_enabling_integrations=False,
        auto_session_tracking=False,
        include_local_variables=False,
        include_source_context=False,
        send_client_reports=False,
        enable_backpressure_handling=False,
        spotlight=False,
        debug=False,
        max_breadcrumbs=0,
        before_breadcrumb=lambda crumb, hint: None,
        before_send=only_allowed,
        **options,
    )
    # A command may end before the thread of the package has sent what it reports.
    atexit.register(sentry_sdk.flush, timeout=FLUSH_SECONDS)
    logging.getLogger().addHandler(ReportHandler())


def problem() -> tuple[str, str] | None:
    """Why SENTRY_DSN cannot be used, and what to do; neither quotes it, since it has a key."""
    if find_spec("sentry_sdk") is None:
        how = "Install it: run bin/setup with these settings, as root (requirements/sentry.txt)."
        return "SENTRY_DSN is set, but its package is missing: no error could be reported.", how
    from sentry_sdk.utils import BadDsn, Dsn

    try:
        Dsn(settings.SENTRY_DSN)
    except (BadDsn, ValueError):
        how = "Copy it from Sentry: https://key@sentry.example.org/1"
        return "SENTRY_DSN is no address of a project: no error could be reported.", how
    return None


def only_allowed(event: Any, hint: Any) -> Any:
    return kept(event, ALLOWED)


def kept(found: Any, allowed: _Allowed) -> dict[str, Any]:
    """What of an object is on the list."""
    return {key: _value(found[key], rule) for key, rule in allowed.items() if found.get(key) is not None}


def _value(value: Any, rule: "bool | _Allowed") -> Any:
    if isinstance(rule, bool):
        return value
    if isinstance(value, list):
        return [kept(one, rule) for one in value if isinstance(one, Mapping)]
    return kept(value, rule) if isinstance(value, Mapping) else {}


def _is_echo(record: logging.LogRecord) -> bool:
    """Whether Django says that an answer was 500: what led to it was reported, unless an exception comes with this."""
    return record.name == "django.request" and not record.exc_info


def report_of(record: logging.LogRecord) -> dict[str, Any]:
    """The report of a line of the log: of the exception that it names, or of the one that is being handled."""
    error = record.exc_info[1] if record.exc_info else sys.exc_info()[1]
    return {
        "level": record.levelname.lower(),
        "logger": record.name,
        "tags": _tags(record),
        "exception": {"values": [_exception(one) for one in causes_of(error)] or [_place_of(record)]},
    }


def _tags(record: logging.LogRecord) -> dict[str, str]:
    request = getattr(record, "request", None) or request_id.current_request()
    tags = {"role": role(), "request_id": getattr(request, "request_id", None) or request_id.current()}
    if request is not None:
        tags["route"] = observed.route_of(request)
    if status := getattr(record, "status_code", None):
        tags["status"] = str(status)
    return tags


def _exception(error: BaseException) -> dict[str, Any]:
    kind = type(error)
    frames = [
        _frame(frame.f_globals, frame.f_code.co_qualname, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    return {"type": kind.__name__, "module": kind.__module__, "stacktrace": {"frames": frames}}


def _place_of(record: logging.LogRecord) -> dict[str, Any]:
    """An error without an exception: its type is the logger, so that those of one place are one problem."""
    frame = {"module": record.name, "function": record.funcName, "lineno": record.lineno, "in_app": True}
    return {"type": record.levelname, "module": record.name, "stacktrace": {"frames": [frame]}}


def _frame(variables: Mapping[str, Any], function: str, line: int) -> dict[str, Any]:
    module = str(variables.get("__name__", ""))
    return {"module": module, "function": function, "lineno": line, "in_app": is_ours(module)}
