"""Indexes on tables that have many rows."""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations import AddIndex


class AddIndexBesideWrites(AddIndexConcurrently):
    """CREATE INDEX CONCURRENTLY on PostgreSQL, so that nobody's write waits; a plain one on SQLite.

    Its migration needs `atomic = False` and holds nothing else. One that is interrupted leaves an
    invalid index: drop it by its name, and `migrate` again.
    """

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        add = AddIndexConcurrently if _is_postgres(schema_editor) else AddIndex
        add.database_forwards(self, app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        add = AddIndexConcurrently if _is_postgres(schema_editor) else AddIndex
        add.database_backwards(self, app_label, schema_editor, from_state, to_state)


def _is_postgres(schema_editor) -> bool:
    return schema_editor.connection.vendor == "postgresql"
