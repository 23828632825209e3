"""The server of the `web` role, by gunicorn's names: one process with a thread for each request.

Behind a proxy that buffers slow clients (`deploy/nginx.conf`). On SIGTERM it takes no new requests and answers those
it has; what a database that hangs still holds after `graceful_timeout` is closed, and nginx answers for it.
"""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
# The threads live as long as the process, so a connection is kept by each, and tried before it is used.
os.environ.setdefault("DATABASE_MAX_AGE", "600")
# Shorter than a person's patience and than the time a stop may take.
os.environ.setdefault("DATABASE_PATIENCE", "5")

from django.conf import settings

from chatsite.process import allow_many_files

allow_many_files()
wsgi_app = "chatsite.wsgi:application"
bind = f"[{settings.HOST}]:{settings.PORT}" if ":" in settings.HOST else f"{settings.HOST}:{settings.PORT}"
worker_class = "gthread"
# One, so that its metrics and its writer are the only ones: more processes are more `bin/run web`.
workers = 1
threads = settings.WEB_THREADS
preload_app = True
keepalive = 75
# No less than nginx lets pass, which refuses in the envelope of the API.
limit_request_line = 8190
limit_request_fields = 32768
graceful_timeout = 8
loglevel = "warning"
# What a client says of its address or its scheme is judged by our own settings.
forwarded_allow_ips = ""


def when_ready(server):
    """Before the fork: what the imports made stays, and need not be looked through again."""
    gc.collect()
    gc.freeze()


def worker_exit(server, worker):
    """Commit what is queued and publish what is committed."""
    from chat.live import bus
    from chat.sending.writer import writer

    writer.drain(1)
    bus.drain(1)
