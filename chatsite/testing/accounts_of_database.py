"""Accounts of a MariaDB that may less than that of the tests."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def limited_account(rights: str) -> Iterator[BaseDatabaseWrapper]:
    """A connection of an account with these rights on the tests' database alone."""
    name, password = f"doctor{secrets.token_hex(4)}", secrets.token_hex(8)
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE USER {name}@'%%' IDENTIFIED BY %s", [password])
        cursor.execute(
            f"GRANT {rights} ON {connection.ops.quote_name(connection.settings_dict['NAME'])}.* TO {name}@'%'"
        )
    limited = connection.copy()
    limited.settings_dict |= {"USER": name, "PASSWORD": password}
    try:
        yield limited
    finally:
        limited.close()
        with connection.cursor() as cursor:
            cursor.execute(f"DROP USER {name}@'%'")
