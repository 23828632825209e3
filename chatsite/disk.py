"""How much room is left where the product writes, for `/metrics`."""

import shutil
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from prometheus_client import Gauge

FREE = Gauge("chat_disk_free_bytes", "Room left for this account where var/ and the uploads are.", ["place"])
SIZE = Gauge("chat_disk_bytes", "The size of that disk.", ["place"])


def measure() -> None:
    places = {"var": settings.VAR_DIR}
    if not settings.S3_BUCKET:
        places["assets"] = settings.ASSETS_ROOT
    for place, folder in places.items():
        # A folder that is not there is refused elsewhere, with a sentence.
        with suppress(OSError):
            usage = shutil.disk_usage(Path(folder))
            FREE.labels(place).set(usage.free)
            SIZE.labels(place).set(usage.total)
