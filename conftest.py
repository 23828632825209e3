"""Shared by every test of the project: the cast, and the selection of tests by database."""

from importlib.util import find_spec

from django.db import connection

pytest_plugins = ["chatsite.testing.plugin"]
# `bin/test quick` runs none of these, and installs no driver for them.
collect_ignore = [] if find_spec("MySQLdb") else ["tests/faults", "tests/test_database_tls.py"]


def pytest_collection_modifyitems(config, items):
    """Deselect, rather than skip, tests for the other database."""
    other = "sqlite" if connection.vendor == "mysql" else "mysql"
    for_other = [item for item in items if item.get_closest_marker(other)]
    if for_other:
        config.hook.pytest_deselected(items=for_other)
        items[:] = [item for item in items if item not in for_other]
