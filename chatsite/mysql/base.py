"""Django's backend for MySQL and MariaDB, with transactions that begin and end without a message of their own.

Django turns autocommit off before each transaction and on after it: two round trips, a sixth of a lone send.
Here it is turned back on when a statement needs it, so a thread that only writes (the chat's writer) never does.
"""

from django.db.backends.mysql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def _set_autocommit(self, autocommit):
        # Off is the same as on until the next statement: nothing is open after a COMMIT or a ROLLBACK.
        if not autocommit:
            super()._set_autocommit(False)

    def create_cursor(self, name=None):
        if self.autocommit:
            # The driver knows the present state from the server's last answer, and asks for nothing where it is right.
            super()._set_autocommit(True)
        return super().create_cursor(name)
