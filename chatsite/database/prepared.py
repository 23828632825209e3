"""Rows by id through SQL that is written once.

Django takes twice as long to write a join of forty columns as the database takes to answer it, at every request.
"""

from datetime import UTC
from functools import cached_property

from django.db import DEFAULT_DB_ALIAS, connection, models

# What makes of a driver's value that of the ORM, by type of column. Those that are not here are refused.
_CONVERSIONS = {
    "BooleanField": bool,
    "DateTimeField": lambda value: value.replace(tzinfo=UTC),
    **dict.fromkeys(["BigAutoField", "BigIntegerField", "CharField", "DateField", "ForeignKey", "IntegerField"]),
}


class ById:
    """The row of a model with this id, and those that its named relations lead to, in one query."""

    def __init__(self, model: type[models.Model], *relations: str):
        self._model, self._relations = model, relations

    def __call__(self, pk: int | None):
        """Return the instance as the ORM would load it; None for what no row can have as its id."""
        if not isinstance(pk, int) or not 0 < pk < 2**63:
            return None
        sql, conversions, tables = self._query
        with connection.cursor() as cursor:
            cursor.execute(sql, [pk])
            row = list(cursor.fetchone() or ())
        if not row:
            return None
        for place, convert in conversions:
            if row[place] is not None:
                row[place] = convert(row[place])
        instance, *others = (model.from_db(DEFAULT_DB_ALIAS, names, row[columns]) for model, names, columns in tables)
        for relation, other in zip(self._relations, others, strict=True):
            setattr(instance, relation, other)
        return instance

    @cached_property
    def _query(self) -> tuple[str, list, list]:
        """The SQL, what to convert at which place, the model, attributes and places of each table; at the first use."""
        table = self._model._meta
        keys = [table.get_field(relation) for relation in self._relations]
        joins, tables, fields = f"{table.db_table} t0", [], []
        for number, key in enumerate(keys, 1):
            if key.null:
                raise ValueError(f"{key} may be null: its row would not be found.")
            other = key.related_model._meta
            joins += f" JOIN {other.db_table} t{number} ON t{number}.{other.pk.column} = t0.{key.column}"
        for number, model in enumerate([self._model, *(key.related_model for key in keys)]):
            own = [(f"t{number}.{field.column}", field) for field in model._meta.get_fields() if field.concrete]
            tables.append((model, [field.attname for _, field in own], slice(len(fields), len(fields) + len(own))))
            fields += own
        conversions = [(place, _CONVERSIONS[field.get_internal_type()]) for place, (_, field) in enumerate(fields)]
        sql = f"SELECT {', '.join(name for name, _ in fields)} FROM {joins} WHERE t0.{table.pk.column} = %s"  # noqa: S608
        return sql, [(place, convert) for place, convert in conversions if convert], tables
