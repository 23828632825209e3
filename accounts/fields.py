"""Columns of `users` that need a word to the database."""

from django.db import models


class LoweredEmailField(models.EmailField):
    """An e-mail address, stored lower-cased and compared byte by byte.

    MariaDB's default collation ignores case and accents: `rene@x` would equal `René@x`.
    """

    def db_parameters(self, connection):
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters

    def pre_save(self, model_instance, add):
        """What was just saved reads as it was stored."""
        value = self.get_prep_value(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return value.strip().lower() if isinstance(value, str) else value
