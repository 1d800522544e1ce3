"""A school's folder, into which sets of its directory come."""

import datetime
import os
from io import StringIO
from pathlib import Path

import time_machine
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from courses.jobs.models import PeriodicRun
from tests.factories.rosters import (
    UAI,
    a_set,
    a_student,
)
from tests.factories.school_pages import send
from tests.factories.worker import run_worker

CLASS_OF_30 = {str(n): "2DE1" for n in range(30)}

ONE_MINUTE = datetime.timedelta(minutes=1)

ONE_MOVES = CLASS_OF_30 | {"0": "2DE2"}


def dropping_into(settings, tmp_path):
    """Puts an archive into the school's folder, where it has rested for as long as it says."""
    settings.ROSTER_FOLDER = tmp_path
    (tmp_path / UAI).mkdir()

    def drop(data: bytes, name="set.zip", rested=datetime.timedelta(minutes=5)) -> Path:
        path = tmp_path / UAI / name
        path.write_bytes(data)
        then = (timezone.now() - rested).timestamp()
        os.utime(path, (then, then))
        return path

    return drop


def said(students: dict[str, str], day="20261120", more=()) -> bytes:
    named = [
        a_student(key, f"Prénom{'abcdefghij'[int(key) % 10]}", f"NOM {'ABC'[int(key) // 10]}", name)
        for key, name in students.items()
    ]
    return a_set(UAI, *named, *more, day=day)


def in_folder(path: Path) -> list[Path]:
    return sorted(path.parent.iterdir())


def wish(client, leader, school, *people, **more):
    return send(
        client, leader, "roster:folder", school.public_id, recipients=[p.pk for p in people], **more
    )


def minute_passes() -> None:
    """The tick, then the worker with all that follows."""
    last = PeriodicRun.objects.filter(name="courses.look_into_folders").first()
    now = max(timezone.now(), last.started_at + ONE_MINUTE) if last else timezone.now()
    with time_machine.travel(now, tick=True):
        call_command("tick", stdout=StringIO(), stderr=StringIO())
        run_worker()


def letters() -> list[tuple[str, str]]:
    return [(message.to[0], message.subject) for message in mail.outbox]
