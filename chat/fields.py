"""The documented column types on MySQL and MariaDB, and their nearest equals elsewhere."""

from datetime import UTC, datetime

from django.db import models


def now() -> datetime:
    """The present second. TIMESTAMP has no fraction, and MySQL would round one up into the future."""
    return datetime.now(UTC).replace(microsecond=0)


class CurrentTimestamp(models.Func):
    """`CURRENT_TIMESTAMP` as a database default; Django's Now() asks for microseconds, which TIMESTAMP refuses."""

    template = "CURRENT_TIMESTAMP"
    output_field = models.DateTimeField()


class TimestampField(models.DateTimeField):
    """`TIMESTAMP NULL`: seconds, UTC. With `on_update` the database writes it at every change of the row."""

    def __init__(self, *args, on_update=False, **kwargs):
        self.on_update = on_update
        super().__init__(*args, null=True, blank=True, **kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["null"], kwargs["blank"]
        if self.on_update:
            kwargs["on_update"] = True
        return name, path, args, kwargs

    def db_type(self, connection):
        if connection.vendor != "mysql":
            return super().db_type(connection)
        return "timestamp ON UPDATE CURRENT_TIMESTAMP" if self.on_update else "timestamp"

    def cast_db_type(self, connection):
        return super().db_type(connection)


class EnumField(models.CharField):
    """`ENUM('a', 'b')` on MySQL; elsewhere a varchar with a CHECK. Takes `choices`."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 10)
        super().__init__(*args, **kwargs)

    @property
    def _values(self) -> str:
        return ", ".join(f"'{value}'" for value, _ in self.flatchoices)

    def db_type(self, connection):
        if connection.vendor == "mysql":
            return f"enum({self._values})"
        return super().db_type(connection)

    def cast_db_type(self, connection):
        return super().db_type(connection)

    def db_check(self, connection):
        if connection.vendor == "mysql":
            return super().db_check(connection)
        return f"{connection.ops.quote_name(self.column)} IN ({self._values})"


class ShortTextField(models.TextField):
    """`TEXT`: 65,535 bytes. Django's own TextField is a longtext."""

    max_bytes = 65_535

    def db_type(self, connection):
        return "text"


class FixedCharField(models.CharField):
    """`CHAR(n)`, for values of one length."""

    def db_type(self, connection):
        if connection.vendor == "mysql":
            return f"char({self.max_length})"
        return super().db_type(connection)

    def cast_db_type(self, connection):
        return super().db_type(connection)


class ExactCharField(models.CharField):
    """Text compared byte by byte. MariaDB's default collation ignores accents, and takes all emojis for one."""

    def db_parameters(self, connection):
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters
