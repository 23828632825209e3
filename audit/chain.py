"""Adding rows to the chain: one transaction for many, while the row of its head is locked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from audit.entry import COLUMNS, NO_DIGEST, Entry, digest_of
from audit.models import Head
from chatsite.database.pipeline import Statement, commit, is_mysql, own_transaction, placeholders, run


@dataclass(frozen=True, slots=True)
class End:
    """The last row of the chain, which everything before it depends on."""

    row: int
    digest: str


def store(entries: Sequence[Entry]) -> None:
    """Append these entries as rows, in their order."""
    with own_transaction() as begin:
        *_, heads, [(last,)] = run(*begin, _lock_head(), _LAST)
        row, digest = heads[0] if heads else (0, NO_DIGEST)
        # A row that was written behind the chain keeps its number, and breaks it there.
        row = max(row, last)
        values: list[Any] = []
        for entry in entries:
            row += 1
            columns = entry.values()
            digest = digest_of(digest, row, columns)
            values += [row, *columns, digest]
        insert = f"INSERT INTO audit_log {_INTO} VALUES {', '.join([_EACH] * len(entries))}"  # noqa: S608 - ours
        run((insert, values), _move_head(row, digest, is_new=not heads), *commit())


def present_end() -> End:
    """The end of the chain as its head says; it is what is published outside of this database."""
    head = Head.objects.filter(pk=Head.NOW).first()
    return End(head.row, head.digest) if head else End(0, NO_DIGEST)


_NAMES = ("id", *COLUMNS, "digest")
_EACH = placeholders(len(_NAMES))
# Quoted: `first` and `last` are words of some databases. SQLite takes the quotes of MySQL, too.
_INTO = f"({', '.join(f'`{name}`' for name in _NAMES)})"
_LAST: Statement = ("SELECT COALESCE(MAX(id), 0) FROM audit_log", ())


def _lock_head() -> Statement:
    # SQLite locks the whole file.
    lock = " FOR UPDATE" if is_mysql() else ""
    return f"SELECT `row`, digest FROM audit_heads WHERE name = '{Head.NOW}'{lock}", ()  # noqa: S608 - ours


def _move_head(row: int, digest: str, *, is_new: bool) -> Statement:
    if is_new:
        return "INSERT INTO audit_heads (`row`, digest, name) VALUES (%s, %s, %s)", (row, digest, Head.NOW)
    return "UPDATE audit_heads SET `row` = %s, digest = %s WHERE name = %s", (row, digest, Head.NOW)
