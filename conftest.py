"""Shared by every test of the project: the cast, and the selection of tests by database."""

from importlib.util import find_spec

import pytest
from django.db import connection
from django.test import TransactionTestCase

pytest_plugins = ["chatsite.testing.plugin"]
# `bin/test quick` runs none of these, and installs no driver for them.
collect_ignore = [] if find_spec("MySQLdb") else ["tests/faults", "tests/test_database_tls.py"]
# What is tested here also goes by the settings of the run: which database it has, and whether Redis.
_BY_SETTINGS = ("chat/tests/live/", "chatsite/tests/")


def pytest_collection_modifyitems(config, items):
    """Deselect, rather than skip, tests for the other database; mark those that are the same on any."""
    other = "sqlite" if connection.vendor == "mysql" else "mysql"
    for_other = [item for item in items if item.get_closest_marker(other)]
    if for_other:
        config.hook.pytest_deselected(items=for_other)
        items[:] = [item for item in items if item not in for_other]
    for item in items:
        if not (_asks_database(item) or any(folder in item.path.as_posix() for folder in _BY_SETTINGS)):
            item.add_marker(pytest.mark.any_database)


def _asks_database(item):
    is_marked = any(map(item.get_closest_marker, ("django_db", "mysql")))
    asks = {"db", "transactional_db"} & set(item.fixturenames)
    return is_marked or asks or issubclass(getattr(item, "cls", None) or object, TransactionTestCase)
