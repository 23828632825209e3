"""Columns of `users` with database settings of their own."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class LoweredEmailField(models.EmailField):
    """An e-mail address, stored lower-cased and compared byte by byte.

    MariaDB's default collation ignores case and accents: `rene@x` would equal `René@x`.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, str | None]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Set the stored value on the instance too: it then needs no reload."""
        value = self.get_prep_value(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return value.strip().lower() if isinstance(value, str) else value
