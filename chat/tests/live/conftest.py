from django.conf import settings

# The bus is Redis or nothing.
collect_ignore = [] if settings.REDIS_URL else ["test_bus.py"]
