"""Letters, tasks and papers that wait in a database of version 0.2.0 go out after an upgrade.

Their rows name functions of the code. `tests/data/version_0_2_0/README.md` says how the dump was
made.
"""

import datetime
import lzma
import shutil
import threading
from contextlib import contextmanager
from importlib import import_module
from io import StringIO

import pytest
import time_machine
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection
from django.tasks import TaskResultStatus
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from cms.guidance.models import PagePdf
from cms.management.commands.worker import PatientWorker
from continuity.enums import PartKind
from continuity.handins.tasks import bind_photos
from continuity.models import HandIn, HandInPage, HandInPart
from courses.documents.models import Paper
from courses.exceptions import Refusal, refusal_kept
from courses.jobs import checks
from courses.mail.enums import LetterKeys, LetterState
from courses.mail.models import Letter
from courses.mail.registry import check_letters, names_of_modules, writer_of, writes
from courses.people.enums import Role
from courses.templatetags.passerelle import duration
from tests.conftest import DEFAULT_MOMENT, moment_of
from tests.factories.handins import a_photo
from tests.factories.hostile_pdfs import pdf
from tests.factories.people import MembershipFactory
from training.exceptions import AlreadyRevoked
from training.models import Certificate, Session, Sheet

DUMP = settings.BASE_DIR / "tests/data/version_0_2_0/waiting.sql.xz"
TASKS = {
    "cms.guidance.tasks.draw_page",
    "cms.guidance.tasks.look_at_links",
    "continuity.tasks.bind_photos",
    "continuity.tasks.draw_lesson",
    "continuity.tasks.draw_pages",
    "continuity.tasks.draw_week",
    "courses.live.tasks.settle",
    "courses.mail.tasks.deliver",
    "training.tasks.draw_certificate",
}
KEYS = sorted(key for keys in LetterKeys.__subclasses__() for key in keys)


@pytest.fixture(scope="module")
def old_file(tmp_path_factory, django_db_setup, django_db_blocker):
    """The dump in a file, not migrated yet."""
    if connection.vendor != "sqlite":
        pytest.skip("the dump is SQLite's")
    path = tmp_path_factory.mktemp("version") / "old.sqlite3"
    with django_db_blocker.unblock(), in_place_of_the_tests(path):
        connection.ensure_connection()
        text = lzma.decompress(DUMP.read_bytes()).decode()
        connection.connection.executescript(
            f"PRAGMA foreign_keys=OFF; {text} PRAGMA foreign_keys=ON;"
        )
    return path


@pytest.fixture(scope="module")
def migrated_file(old_file, django_db_blocker):
    """The same after the upgrade, with the files of its hand-ins: made once for all stories."""
    path = shutil.copy(old_file, old_file.with_name("migrated.sqlite3"))
    moment = time_machine.travel(moment_of(DEFAULT_MOMENT), tick=True)
    with django_db_blocker.unblock(), in_place_of_the_tests(path), moment:
        call_command("migrate", verbosity=0, interactive=False)
        for part in HandInPart.objects.all():
            content = pdf(pages=1) if part.kind == PartKind.PDF else a_photo()
            part.file.storage.save(part.file.name, ContentFile(content))
    return path


@pytest.fixture
def old_database(old_file, tmp_path, django_db_blocker):
    path = shutil.copy(old_file, tmp_path)
    with django_db_blocker.unblock(), in_place_of_the_tests(path):
        yield


@pytest.fixture
def migrated_database(migrated_file, tmp_path, django_db_blocker):
    path = shutil.copy(migrated_file, tmp_path)
    with django_db_blocker.unblock(), in_place_of_the_tests(path):
        yield


@contextmanager
def in_place_of_the_tests(path):
    """The database in this file, closed afterwards."""
    name = connection.settings_dict["NAME"]
    _use(path)
    yield
    _use(name)


def _use(name) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()


def work() -> None:
    worker = PatientWorker(interval=0, stop=threading.Event())
    worker.run()


def let_letters_concern_their_readers() -> None:
    """Three of the dump went to whoever was at hand: to them they would be withdrawn today."""
    colleague = Letter.objects.get(kind="people.new_colleague")
    MembershipFactory(person=colleague.to, role=colleague.details["role"])
    sheet = Letter.objects.get(kind="training.sheet_to_close")
    cancelled = Letter.objects.get(kind="training.session_cancelled")
    for letter, session in (
        (sheet, Sheet.objects.get(pk=sheet.about_pk).session),
        (cancelled, Session.objects.get(pk=cancelled.about_pk)),
    ):
        provider = session.training.resource.provider
        MembershipFactory(person=letter.to, organisation=provider, role=Role.TRAINER)
        session.trainers.add(letter.to)


def not_successful() -> list[tuple[str, str]]:
    rows = DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL)
    return list(rows.values_list("task_path", "traceback"))


def undrawn() -> dict[str, int]:
    return {
        "certificates": Certificate.objects.filter(file="").count(),
        "weeks": Paper.objects.filter(kind="continuity.week", file="").count(),
        "lessons": Paper.objects.filter(kind="continuity.lesson", file="").count(),
        "hand-ins": HandIn.objects.filter(pdf="").count(),
        "pages of hand-ins": HandInPart.objects.filter(kind=PartKind.PDF, drawn=None).count(),
    }


@pytest.mark.at("2026-11-25T12:00")  # a letter about what has passed is withdrawn
def test_every_letter_and_task_that_waited_goes_out(migrated_database):
    let_letters_concern_their_readers()

    work()

    assert not_successful() == []
    assert set(Letter.objects.values_list("state", flat=True)) == {LetterState.SENT}
    assert len(mail.outbox) == Letter.objects.count() == 43
    assert set(Letter.objects.values_list("kind", flat=True)) <= set(KEYS)


@pytest.mark.at("2026-11-25T12:00")  # hand-ins of a school year that is over are gone
def test_every_paper_that_was_asked_for_is_drawn(migrated_database):
    assert all(undrawn().values())

    work()
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=60)):
        DBTaskResult.objects.all().delete()
        for minute in range(10):
            with time_machine.travel(timezone.now() + datetime.timedelta(minutes=minute)):
                call_command("tick", stdout=StringIO())
        work()

    assert not any(undrawn().values())
    assert HandInPage.objects.exists()
    assert PagePdf.objects.exists()


def test_a_task_of_a_former_name_runs_under_its_new_one(migrated_database, settings):
    """As after a move: the row keeps the old path until the tick renames it."""
    settings.TASKS_MOVED = {**settings.TASKS_MOVED, "long.ago.bind_photos": bind_photos.module_path}
    rows = DBTaskResult.objects.filter(task_path="continuity.tasks.bind_photos")
    assert rows.update(task_path="long.ago.bind_photos") == 1

    work()

    assert not_successful() == []
    assert undrawn()["hand-ins"] == 0


def test_a_certificate_has_its_minutes_as_a_number(migrated_database):
    certificate = Certificate.objects.get()

    with translation.override("en"):
        assert duration(certificate.minutes) == certificate.content["en"]["followed"]


def test_the_dump_holds_a_task_of_every_kind(old_database):
    paths = DBTaskResult.objects.filter(status=TaskResultStatus.READY).values_list(
        "task_path", flat=True
    )

    assert set(paths) == TASKS


@pytest.mark.parametrize("key", KEYS)
def test_each_key_of_a_letter_has_a_function_that_says_why_it_writes(key):
    writer = writer_of(key)

    assert callable(writer)
    assert str(writer.reason)


def test_a_key_without_a_function_is_an_error_of_the_check(monkeypatch):
    assert check_letters() == []

    monkeypatch.delitem(writer_of.__globals__["_writers"], "training.seat_confirmed")

    assert [error.id for error in check_letters()] == ["mail.E001"]


def test_two_functions_for_one_key_are_refused():
    with pytest.raises(ValueError, match="Two functions write"):
        writes("people.invitation", because="")(lambda about, *, to, details: None)


def test_a_moved_task_that_is_not_where_the_table_says_is_an_error_of_the_check(settings):
    settings.TASKS_MOVED = {
        "old.tasks.one": bind_photos.module_path,
        "old.tasks.two": "continuity.nowhere.bind_photos",
    }

    assert [error.msg for error in checks.check_moved_tasks()] == [
        "TASKS_MOVED: old.tasks.two is now continuity.nowhere.bind_photos, where there is no task."
    ]


def test_a_kept_refusal_is_found_wherever_its_class_lies_in_its_package():
    """Enrolments and letters keep why a seat was refused."""
    kept = {"refusal": "training.some.room.exceptions.AlreadyRevoked", "values": {}}

    refusal = refusal_kept(kept)

    assert type(refusal) is AlreadyRevoked
    assert refusal.as_kept() == {"refusal": "training.AlreadyRevoked", "values": {}}


def test_no_package_has_two_refusals_of_one_name():
    modules = [import_module(name) for name in names_of_modules("exceptions")]

    kinds = {
        kind
        for module in modules
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Refusal)
    }
    names = [(kind.__module__.partition(".")[0], kind.__name__) for kind in kinds]

    assert len(names) > 100
    assert sorted(names) == sorted(set(names))
