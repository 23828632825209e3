"""Pictures of the product for its documents, taken by `bin/screenshots`."""

import os

# What the tests lend this program needs them.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
