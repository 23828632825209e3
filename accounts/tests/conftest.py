import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _no_old_requests():
    """The limits on mails are counted in the cache, which outlives a test."""
    cache.clear()
