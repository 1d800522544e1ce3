"""Lines of Wagtail's log about many rows, in one statement."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from wagtail.log_actions import get_active_log_context, registry
from wagtail.models import ModelLogEntry

from courses.people.models import Person


@dataclass(frozen=True)
class LogLine:
    """What happened to one row."""

    instance: models.Model
    action: str
    data: dict[str, Any] = field(default_factory=dict)


def log_all(lines: Iterable[LogLine], *, by: Person | None) -> None:
    """As `wagtail.log_actions.log` does for each, which takes three statements a line."""
    context = get_active_log_context()
    ModelLogEntry.objects.bulk_create([_entry(line, by or context.user, context) for line in lines])


def _entry(line: LogLine, user: Any, context: Any) -> ModelLogEntry:
    if not registry.action_exists(line.action):
        raise LookupError(f"log action that isn't registered: {line.action}")
    kind = ContentType.objects.get_for_model(line.instance, for_concrete_model=False)
    return ModelLogEntry(
        content_type=kind,
        object_id=str(line.instance.pk),
        label=ModelLogEntry.objects.get_instance_title(line.instance),
        action=line.action,
        timestamp=timezone.now(),
        data=line.data,
        user=user,
        uuid=context.uuid,
    )
