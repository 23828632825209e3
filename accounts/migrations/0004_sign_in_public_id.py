from django.db import migrations, models


def has_column(schema_editor, model, name) -> bool:
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, model._meta.db_table)
    return name in {column.name for column in columns}


class AddFieldOnce(migrations.AddField):
    """MariaDB commits DDL at once: interrupted before it was recorded, the migration finds its own column."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if not has_column(schema_editor, to_state.apps.get_model(app_label, self.model_name), self.name):
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if has_column(schema_editor, from_state.apps.get_model(app_label, self.model_name), self.name):
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_presence_is_a_choice"),
    ]

    operations = [
        AddFieldOnce(
            model_name="signin",
            name="public_id",
            field=models.CharField(editable=False, max_length=32, null=True, unique=True),
        ),
    ]
