"""What every test of the project shares: the cast, and which database a test is for."""

from django.db import connection

pytest_plugins = ["chatsite.testing.plugin"]


def pytest_collection_modifyitems(config, items):
    """Leave out, rather than skip, what only the other database has."""
    other = "sqlite" if connection.vendor == "mysql" else "mysql"
    for_other = [item for item in items if item.get_closest_marker(other)]
    if for_other:
        config.hook.pytest_deselected(items=for_other)
        items[:] = [item for item in items if item not in for_other]
