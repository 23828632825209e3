"""The project's settings with nothing noted, to compare with. No setting of the product does this."""

from chatsite.settings import *  # noqa: F403
from chatsite.settings import MIDDLEWARE

MIDDLEWARE = [name if name != "audit.middleware.AuditMiddleware" else "bench.unaudited.Nothing" for name in MIDDLEWARE]
