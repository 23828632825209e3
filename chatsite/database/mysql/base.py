"""Django's backend for MySQL and MariaDB, with transactions that begin and end without a message of their own.

Django turns autocommit off before each transaction and on after it: two round trips, a sixth of a lone send.
Here it is turned back on when a statement needs it, so a thread that only writes (the chat's writer) never does.

And a server that hangs costs one patience, not two: nobody connects anew to a server that has just not answered.
"""

import time

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.db.backends.mysql import base

# A connection that was cut is known at once.
HANGS_SECONDS = 1


class CursorWrapper(base.CursorWrapper):
    """Makes sure of autocommit before each statement: the cursor may be older than the last transaction."""

    def __init__(self, cursor, database: "DatabaseWrapper"):
        super().__init__(cursor)
        self._database = database

    def execute(self, query, args=None):
        self._database.restore_autocommit()
        return super().execute(query, args)

    def executemany(self, query, args):
        self._database.restore_autocommit()
        return super().executemany(query, args)


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params):
        try:
            return super().get_new_connection(conn_params)
        except TypeError as error:
            raise ImproperlyConfigured(f"DATABASE_URL has an option that the driver does not know: {error}") from None

    def set_autocommit(self, autocommit, *args, **kwargs):
        if autocommit and self.connection is None:
            # The end of a transaction whose connection broke: the next statement opens another, with autocommit on.
            self.autocommit = True
        else:
            super().set_autocommit(autocommit, *args, **kwargs)

    def close_if_health_check_failed(self):
        begin = time.monotonic()
        super().close_if_health_check_failed()
        if self.connection is None and time.monotonic() - begin > HANGS_SECONDS:
            raise OperationalError("The server hangs.")

    def _set_autocommit(self, autocommit):
        # Off is the same as on until the next statement: nothing is open after a COMMIT or a ROLLBACK.
        if not autocommit:
            super()._set_autocommit(False)

    def restore_autocommit(self) -> None:
        if self.autocommit:
            # The driver knows the present state from the server's last answer, and asks for nothing where it is right.
            super()._set_autocommit(True)

    def create_cursor(self, name=None):
        return CursorWrapper(self.connection.cursor(), self)
