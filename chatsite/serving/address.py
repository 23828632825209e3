"""HOST and PORT, where they cannot be served."""

import errno
import os
import socket
import sys

from django.conf import settings


def unusable(error: OSError) -> str:
    """The sentence with which a server ends that cannot listen there."""
    hint = {
        errno.EADDRINUSE: " Is the chat running already? Another PORT may be free.",
        errno.EACCES: " Ports below 1024 are for root: let a proxy listen there.",
        errno.EADDRNOTAVAIL: " HOST is an address of this machine.",
    }.get(error.errno or 0, " HOST is an address or a name of this machine.")
    # Python adds the address to it; a name without an address has no number of the system.
    said = str(error.strerror).partition(" (while")[0]
    reason = os.strerror(error.errno) if error.errno and error.errno > 0 else said
    return f"HOST {settings.HOST} and PORT {settings.PORT} cannot be served: {reason}.{hint}"


def listen() -> socket.socket:
    """A socket there; exits with a sentence."""
    family = socket.AF_INET6 if ":" in settings.HOST else socket.AF_INET
    try:
        return socket.create_server((settings.HOST, settings.PORT), family=family)
    except OSError as error:
        sys.exit(unusable(error))


def demand_free() -> None:
    """Exit with a sentence unless a server that listens by itself can do it there, or was given its socket."""
    if not {"GUNICORN_FD", "LISTEN_FDS"} & os.environ.keys():
        listen().close()
