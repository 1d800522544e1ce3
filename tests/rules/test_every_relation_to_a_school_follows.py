"""When a school goes on as another, each row that names it has a rule."""

from collections import Counter

from wagtail import hooks

from courses.digest.enums import Hook
from courses.people.models import Organisation


def relations() -> set[str]:
    """Every column of the database that holds a school; but which one goes on as which."""
    found = (
        field.field
        for field in Organisation._meta.get_fields(include_hidden=True)
        if field.auto_created and (field.one_to_many or field.one_to_one)
    )
    return {f"{one.model._meta.label}.{one.name}" for one in found} - {
        "courses.Organisation.merged_into"
    }


def test_each_relation_is_named_once():
    named = Counter(one.relation for answer in hooks.get_hooks(Hook.MERGERS) for one in answer())

    assert set(named) == relations()
    assert set(named.values()) == {1}
