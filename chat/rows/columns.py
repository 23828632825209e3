"""The columns of a SELECT whose times come as JSON has them, `2024-01-15T10:30:00Z`.

The driver would make an object of each time, which takes longer than all else of a row.
"""

from collections.abc import Iterable

from chatsite.database.pipeline import is_mysql


def columns(table: str, names: Iterable[str]) -> str:
    """These columns of a table or its alias, for `SELECT`."""
    # The zone of the session is UTC.
    time = "DATE_FORMAT({}, '%%Y-%%m-%%dT%%TZ')" if is_mysql() else "replace(substr({}, 1, 19), ' ', 'T') || 'Z'"
    qualified = ((name, f"{table}.{name}") for name in names)
    return ", ".join(time.format(column) if name.endswith("_at") else column for name, column in qualified)
