"""What is deleted by itself once it can no longer matter. Each app adds its own rows in `AppConfig.ready`."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Model, QuerySet
from django.utils import timezone
from prometheus_client import Counter

from chatsite.database.locking import retry_on_conflict

Keys = list[int | str]

PRUNED = Counter("chat_rows_pruned", "Rows deleted because they could no longer matter.")
BATCH = 500
LONGEST_REST = 0.5


@dataclass(frozen=True)
class Rule:
    """Rows of a model are deleted when their time `column` is older than `kept`."""

    model: type[Model]
    column: str
    kept: timedelta = timedelta()
    # Whether the column has an index. Otherwise its times rise with the ids, and the oldest ids are looked at.
    indexed: bool = False

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    def due(self) -> Keys:
        """The keys of the next rows to delete, a batch at most."""
        before = timezone.now() - self.kept
        rows: QuerySet[Model] = self.model._default_manager.all()
        if self.indexed:
            found = rows.filter(**{f"{self.column}__lt": before}).order_by(self.column)
            return list(found.values_list("pk", flat=True)[:BATCH])
        oldest = rows.order_by("pk").values_list("pk", self.column)[:BATCH]
        return [pk for pk, moment in oldest if moment < before]

    def batches(self) -> Iterator[Keys]:
        """What is due, a batch at a time; the next one is looked for when this one is gone."""
        while due := self.due():
            yield due
            if len(due) < BATCH:
                return

    def apply(self, keys: Keys) -> None:
        self.model._default_manager.filter(pk__in=keys).delete()
        PRUNED.inc(len(keys))


_rules: list[Rule] = []


def add(*rules: Rule) -> None:
    _rules.extend(rule for rule in rules if rule not in _rules)


def prune() -> dict[str, int]:
    """Delete all that is due, in batches; return how many rows by each rule."""
    pruned = {}
    for rule in list(_rules):
        count = 0
        for keys in rule.batches():
            begin = time.monotonic()
            retry_on_conflict(rule.apply)(keys)
            count += len(keys)
            # Whoever waits for these rows, or for the whole of SQLite, comes first.
            time.sleep(min(time.monotonic() - begin, LONGEST_REST))
        pruned[rule.name] = count
    return pruned
