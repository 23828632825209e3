"""Django's engine, measured. Only where DATABASE_URL names it: its driver is an extra."""

from django.db.backends.mysql import base

from chatsite.database.measured import Measured


class DatabaseWrapper(Measured, base.DatabaseWrapper):
    pass
