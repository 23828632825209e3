"""HTTP only, for the `web` role."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
application = get_wsgi_application()

from chat.search.background import indexer  # noqa: E402 - needs Django to be set up
from chatsite.checks import demand_production_settings  # noqa: E402

demand_production_settings()
indexer.serve()
