"""HTTP only, for the `web` role."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402 - needs Django to be set up

from chat.search.background import indexer  # noqa: E402
from chatsite.bundles import collected  # noqa: E402
from chatsite.checks import demand_production_settings  # noqa: E402

demand_production_settings()
# Before the middleware, which reads them.
collected.demand()
application = get_wsgi_application()
indexer.serve()
