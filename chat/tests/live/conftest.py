import pytest
import redis.asyncio
from django.conf import settings

from accounts.models import User
from chat.live.hub import hub

# The bus is Redis or nothing.
collect_ignore = [] if settings.REDIS_URL else ["test_bus.py", "test_bus_rights.py"]


@pytest.fixture(autouse=True)
def _live_afterwards():
    """The loop of a test ends while its bus may be away; the hub is that of the whole run."""
    yield
    hub.live = True


@pytest.fixture
def ben_shows_presence(cast):
    User.objects.filter(pk=cast.ben.pk).update(shows_presence=True)


@pytest.fixture
async def other():
    """Another process's connection to the bus."""
    client = redis.asyncio.Redis.from_url(settings.REDIS_URL, socket_timeout=None)
    yield client
    await client.aclose()
