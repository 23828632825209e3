"""Django's engine, measured, and encrypted where that was demanded. Its driver is an extra."""

from typing import Any

from django.db.backends.mysql import base
from MySQLdb import OperationalError
from MySQLdb.constants import CLIENT, CR

from chatsite.database.measured import Measured


class DatabaseWrapper(Measured, base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        # The client library of MariaDB takes REQUIRED for a wish: to a server without TLS it goes on in the clear.
        if conn_params.get("ssl_mode") == "REQUIRED" and not connection.server_capabilities & CLIENT.SSL:
            connection.close()
            raise OperationalError(CR.SSL_CONNECTION_ERROR, "The server offers no TLS.")
        return connection
