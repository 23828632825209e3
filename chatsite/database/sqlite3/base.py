"""Django's engine, measured."""

from django.db.backends.sqlite3 import base

from chatsite.database.measured import Measured


class DatabaseWrapper(Measured, base.DatabaseWrapper):
    pass
