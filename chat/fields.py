"""The documented column types on MySQL and MariaDB, and the nearest types elsewhere."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Combinable

from chat.limits import MAX_TEXT_BYTES

if TYPE_CHECKING:
    NullDateTimeField = models.DateTimeField[str | datetime | Combinable | None, datetime | None]
else:
    NullDateTimeField = models.DateTimeField


def now() -> datetime:
    """The current second. TIMESTAMP has no fraction, and MySQL would round one up into the future."""
    return datetime.now(UTC).replace(microsecond=0)


class CurrentTimestamp(models.Func):
    """`CURRENT_TIMESTAMP` as a database default. Django's Now() adds microseconds, which TIMESTAMP refuses."""

    template = "CURRENT_TIMESTAMP"
    output_field = models.DateTimeField()


class TimestampField(NullDateTimeField):
    """`TIMESTAMP NULL`: seconds, UTC. With `on_update` the database sets it at every change of the row."""

    def __init__(self, *args: Any, on_update: bool = False, **kwargs: Any) -> None:
        self.on_update = on_update
        super().__init__(*args, null=True, blank=True, **kwargs)

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["null"], kwargs["blank"]
        if self.on_update:
            kwargs["on_update"] = True
        return name, path, args, kwargs

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        if connection.vendor != "mysql":
            return super().db_type(connection)
        return "timestamp ON UPDATE CURRENT_TIMESTAMP" if self.on_update else "timestamp"

    def cast_db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return super().db_type(connection)


class EnumField(models.CharField):
    """`ENUM('a', 'b')` on MySQL; elsewhere a varchar with a CHECK. Takes `choices`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10)
        super().__init__(*args, **kwargs)

    @property
    def _values(self) -> str:
        return ", ".join(f"'{value}'" for value, _ in self.flatchoices)

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        if connection.vendor == "mysql":
            return f"enum({self._values})"
        return super().db_type(connection)

    def cast_db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return super().db_type(connection)

    def db_check(self, connection: BaseDatabaseWrapper) -> str | None:
        if connection.vendor == "mysql" or self.column is None:
            return super().db_check(connection)
        return f"{connection.ops.quote_name(self.column)} IN ({self._values})"


class ShortTextField(models.TextField):
    """`TEXT`: 65,535 bytes. Django's TextField is a longtext."""

    max_bytes = MAX_TEXT_BYTES

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return "text"


class FixedCharField(models.CharField):
    """`CHAR(n)`, for values of one length."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        if connection.vendor == "mysql":
            return f"char({self.max_length})"
        return super().db_type(connection)

    def cast_db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        return super().db_type(connection)


class ExactCharField(models.CharField):
    """Text compared byte by byte. MariaDB's default collation ignores accents and treats all emojis as equal."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, str | None]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters
