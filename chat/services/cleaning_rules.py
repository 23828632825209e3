"""Whether a store may be cleaned: the limits, and the reasons for operators. No input or output here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from chatsite.files.installation import FILE

# Younger files may belong to an unfinished upload, and younger uploads to a message being written.
GRACE = timedelta(hours=24)
# How long a file without a row stays in quarantine.
QUARANTINE = timedelta(days=30)
# One run moves at most MOST_STRAYS files without a row from a folder; past a few, also at most a small share of it.
MOST_STRAYS, FEW_STRAYS, STRAY_PERCENT = 50, 5, 5
# A store without an id belongs to the database when at least this share of its files has a row.
PROOF_PERCENT = 95

_UNTOUCHED = "Nothing was touched. Check DATABASE_URL, and ASSETS_ROOT or S3_BUCKET."
_ONCE_MORE = (
    f"If both are right, remove {FILE} from the store and run it again: "
    f"a store without one is accepted when {PROOF_PERCENT} % of its files have a row."
)


class CleaningRefused(Exception):
    """The store is unchanged; the text has the reason and the next step. `strays`: paths of the files without a row."""

    def __init__(self, reason: str, strays: Iterable[str] = ()) -> None:
        self.strays = list(strays)
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Share:
    """Counts of a folder of the store: its files, those with a row, and those without one that are older than GRACE."""

    folder: str
    stored: int
    named: int
    strays: int


def is_proven(shares: Sequence[Share]) -> bool:
    """Whether the names in the database prove that it belongs to this store: names are random and unique."""
    named, strays = _totals(shares)
    return named > 0 and named * 100 >= PROOF_PERCENT * (named + strays)


def is_too_much(share: Share) -> bool:
    """Whether a folder has more files without a row than crashes can explain."""
    if share.strays > MOST_STRAYS:
        return True
    return share.strays > FEW_STRAYS and share.strays * 100 > STRAY_PERCENT * share.stored


def why_foreign(*, recorded: str | None, stored: str | None) -> str | None:
    """Return why the store does not belong to the database, by their ids, or None."""
    if stored is None or stored == recorded:
        return None
    if recorded is None:
        return (
            f"This store belongs to an installation (id {stored}), and the database has no id: it is an empty one, "
            f"another one, or older than the store's id. {_UNTOUCHED} {_ONCE_MORE}"
        )
    return (
        f"This store belongs to another installation: its id is {stored}, the database's is {recorded}. "
        f"{_UNTOUCHED} {_ONCE_MORE}"
    )


def why_unproven(shares: Sequence[Share], *, recorded: str | None) -> str | None:
    """Return why a store without an id is not accepted as the database's, or None."""
    if is_proven(shares):
        return None
    named, strays = _totals(shares)
    if strays:
        return (
            f"This store has no id, and only {named} of its {named + strays} files have a row in the database: it is "
            f"accepted from {PROOF_PERCENT} % on. {_UNTOUCHED} If both are right, look at the files without a row, "
            "which --dry-run lists, and move them out of the store by hand."
        )
    if recorded:
        return (
            f"The database has an id ({recorded}); the store has none, and no file that a row names: "
            f"is it the right one, and is it there? {_UNTOUCHED}"
        )
    return None


def why_too_much(shares: Sequence[Share]) -> str | None:
    """Return why there are too many files without a row to move without `force`, or None."""
    found = [f"{share.strays} of {share.stored} files in {share.folder}" for share in shares if is_too_much(share)]
    if not found:
        return None
    return (
        f"Too many files have no row: {', '.join(found)}. One run moves {MOST_STRAYS} of a folder at most, and past "
        f"{FEW_STRAYS} no more than {STRAY_PERCENT} % of it. {_UNTOUCHED} If the database was restored from a backup, "
        f"restore a newer one if there is. If no row will ever name these files (--dry-run lists them), run it with "
        f"--force: it keeps them in quarantine for {QUARANTINE.days} days."
    )


def _totals(shares: Sequence[Share]) -> tuple[int, int]:
    return sum(share.named for share in shares), sum(share.strays for share in shares)
