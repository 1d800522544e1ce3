"""Tables of a squashed migration."""

from django.db.migrations import CreateModel
from django.db.migrations.operations.base import Operation, OperationCategory


class CreateModels(Operation):
    """Several `CreateModel`, in the order in which one refers to another.

    Django renders all related models of the state anew after each operation: 180 times what is rendered
    once here (40 s of CPU of a first `migrate`). Not reversible: backwards Django would drop these tables
    beside taking the replaced migrations back, one by one.
    """

    category = OperationCategory.ADDITION
    reversible = False

    def __init__(self, creations: list[CreateModel]):
        self.creations = creations

    def state_forwards(self, app_label, state):
        state.__dict__.pop("apps", None)  # rendered again when it is next asked for
        for creation in self.creations:
            creation.state_forwards(app_label, state)

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        for creation in self.creations:
            creation.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self):
        return f"Create models {', '.join(creation.name for creation in self.creations)}"
