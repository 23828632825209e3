"""Asks clamd whether a file has a virus, where CLAMD_URL names one. Only its clear "OK" lets a file in."""

import logging
import socket
import struct
import time
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_noop as _
from prometheus_client import Counter, Gauge

from chatsite import lately
from chatsite.http.errors import FileRefused, ScannerUnavailable

logger = logging.getLogger("chat.files")

SCANS = Counter("chat_file_scans", "Files scanned for viruses; `failed` ones were not stored.", ["result"])
UP = Gauge("chat_scanner_up", "1 if the virus scanner answers; 0 if not, or where CLAMD_URL is not set.")

SECONDS = 10
# Whoever reads the metrics does not wait so long.
_PING_SECONDS = 1
_CHUNK = 64 * 1024
_MAX_ANSWER = 1024


def scan(data: bytes) -> None:
    """Raise FileRefused (`file_infected`) or ScannerUnavailable unless clamd finds the file clean, if there is one."""
    if not settings.CLAMD_URL:
        return
    try:
        answer = ask(b"zINSTREAM\0", data, SECONDS)
    except OSError as error:
        # A limit of clamd's own (StreamMaxLength) also ends the connection.
        answer = type(error).__name__
    if answer == "stream: OK":
        SCANS.labels("clean").inc()
        lately.worked("scanner")
    elif answer.startswith("stream: ") and answer.endswith(" FOUND"):
        SCANS.labels("infected").inc()
        lately.worked("scanner")
        logger.warning("a file was refused by the virus scanner")
        raise infected()
    else:
        SCANS.labels("failed").inc()
        lately.failed("scanner", answer if answer.isalpha() else "it refused")
        logger.error("a file could not be scanned: %s", answer)
        raise ScannerUnavailable


def infected() -> FileRefused:
    return FileRefused(
        "file_infected",
        _(
            "The virus scanner found something harmful in the file, so it was not kept. Do not open the file, and have"
            " your device checked."
        ),
    )


def _is_up() -> float:
    try:
        return float(bool(settings.CLAMD_URL) and ask(b"zPING\0", b"", _PING_SECONDS) == "PONG")
    except OSError:
        return 0.0


UP.set_function(_is_up)


def ask(command: bytes, data: bytes, seconds: float) -> str:
    """Send a command, with a stream of bytes if there are any; return the answer. It all takes `seconds` at most."""
    deadline = time.monotonic() + seconds
    kind, place = settings.CLAMD_URL or ("", None)
    with _connect(kind, place, seconds) as clamd:
        _send(clamd, command, deadline)
        for start in range(0, len(data), _CHUNK):
            piece = data[start : start + _CHUNK]
            _send(clamd, struct.pack(">I", len(piece)) + piece, deadline)
        if data:
            _send(clamd, struct.pack(">I", 0), deadline)
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < _MAX_ANSWER:
            clamd.settimeout(_left(deadline))
            piece = clamd.recv(_MAX_ANSWER)
            if not piece:
                break
            answer += piece
    return answer.rstrip(b"\0\n").decode(errors="replace")


def _connect(kind: str, place: Any, seconds: float) -> socket.socket:
    if kind == "tcp":
        return socket.create_connection(place, timeout=seconds)
    clamd = socket.socket(socket.AF_UNIX)
    clamd.settimeout(seconds)
    try:
        clamd.connect(place)
    except OSError:
        clamd.close()
        raise
    return clamd


def _send(clamd: socket.socket, piece: bytes, deadline: float) -> None:
    clamd.settimeout(_left(deadline))
    clamd.sendall(piece)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
