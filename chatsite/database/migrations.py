"""Operations that an interrupted migration can repeat."""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState


class AddFieldOnce(migrations.AddField):
    """MariaDB commits DDL at once: interrupted before it was recorded, the migration finds its own column."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if not self._is_there(schema_editor, to_state.apps.get_model(app_label, self.model_name)):
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        if self._is_there(schema_editor, from_state.apps.get_model(app_label, self.model_name)):
            super().database_backwards(app_label, schema_editor, from_state, to_state)

    def _is_there(self, schema_editor: BaseDatabaseSchemaEditor, model: Any) -> bool:
        connection = schema_editor.connection
        with connection.cursor() as cursor:
            columns = connection.introspection.get_table_description(cursor, model._meta.db_table)
        return self.name in {column.name for column in columns}
