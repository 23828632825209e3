"""Shared by every test of the project: the cast, and the selection of tests by database."""

from django.db import connection

pytest_plugins = ["chatsite.testing.plugin"]


def pytest_collection_modifyitems(config, items):
    """Deselect, rather than skip, tests for the other database."""
    other = "sqlite" if connection.vendor == "mysql" else "mysql"
    for_other = [item for item in items if item.get_closest_marker(other)]
    if for_other:
        config.hook.pytest_deselected(items=for_other)
        items[:] = [item for item in items if item not in for_other]
