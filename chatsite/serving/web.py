"""gunicorn's settings for the `web` role: one process with a thread for each request.

It serves behind a proxy that buffers slow clients (`deploy/nginx.conf`). On SIGTERM it accepts no new requests and
answers the open ones. After `graceful_timeout` it closes those that still wait for a database that hangs, and nginx
answers them.
"""

import gc
import os

from chatsite.environment import process_defaults
from chatsite.serving import PATIENCE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
# Each thread lives as long as the process, so it keeps its connection. Django checks it before each use.
process_defaults |= {"DATABASE_MAX_AGE": "600", "DATABASE_PATIENCE": PATIENCE}

from django.conf import settings  # noqa: E402 - reads them

from chatsite.process import allow_many_files, return_large_memory, take_role  # noqa: E402
from chatsite.serving.address import demand_free  # noqa: E402

take_role("web")
allow_many_files()
return_large_memory()
wsgi_app = "chatsite.wsgi:application"
bind = f"[{settings.HOST}]:{settings.PORT}" if ":" in settings.HOST else f"{settings.HOST}:{settings.PORT}"
worker_class = "chatsite.serving.threads.Worker"
logger_class = "chatsite.serving.threads.Logger"
# One, so that there is one set of metrics and one writer. For more processes, start more `bin/run web`.
workers = 1
threads = settings.WEB_THREADS
preload_app = True
keepalive = 75
# No less than nginx admits, so that nginx refuses the rest, in the envelope of the API.
limit_request_line = 8190
limit_request_fields = 32768
graceful_timeout = 8
loglevel = "warning"
# Nobody uses it, and whoever reaches it may stop the server.
control_socket_disable = True
# Our own settings decide which headers about address and scheme are trusted.
forwarded_allow_ips = ""


def on_starting(server: object) -> None:
    """gunicorn itself would try five times, and then end without naming a setting."""
    demand_free()


def when_ready(server: object) -> None:
    """Before the fork: exempt the imported objects, which all stay, from garbage collection.

    A request leaves hardly any garbage that only a collection finds, so one for each few pages is enough.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def worker_exit(server: object, worker: object) -> None:
    """Commit the queued messages, publish the committed events, and note what was read."""
    from audit.writer import writer as audit
    from chat.live import bus
    from chat.sending.writer import writer

    writer.drain(1)
    bus.drain(1)
    audit.drain(1)
