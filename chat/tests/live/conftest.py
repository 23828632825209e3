import pytest
from django.conf import settings

from accounts.models import User

# The bus is Redis or nothing.
collect_ignore = [] if settings.REDIS_URL else ["test_bus.py"]


@pytest.fixture
def ben_shows_presence(cast):
    User.objects.filter(pk=cast.ben.pk).update(shows_presence=True)
