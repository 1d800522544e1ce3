"""The migration that erases documents of absences, and maps or blanks what was typed about them."""

import datetime
import logging
from contextlib import contextmanager

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("continuity", "0002_motives_without_health")]
AFTER = [("continuity", "0004_no_documents_of_absences")]  # the last one that touches absences
DAY = datetime.date(2026, 11, 3)


@contextmanager
def beside_the_tests(name: str):
    """An empty database in place of the tests' own, gone afterwards.

    Migrating the tests' database back and forth through all later migrations took a minute of CPU.
    """
    ours = connection.settings_dict["NAME"]
    is_file = connection.vendor == "sqlite"
    if not is_file:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = ours
        if not is_file:
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{name}"')


@pytest.fixture
def before(tmp_path, django_db_setup, django_db_blocker):
    """The apps as they were before, over a database of that time."""
    name = connection.settings_dict["NAME"]
    beside = tmp_path / "old.sqlite3" if connection.vendor == "sqlite" else f"{name}_old"
    with django_db_blocker.unblock(), beside_the_tests(str(beside)):
        executor = MigrationExecutor(connection)
        executor.migrate(BEFORE)
        yield executor.loader.project_state(BEFORE).apps


def test_documents_and_reasons_of_absences_go(before, caplog):
    person, organisation, exemption = (
        before.get_model(label)
        for label in ("courses.Person", "courses.Organisation", "continuity.Exemption")
    )
    school = organisation.objects.create(name="Lycée", kind="school")
    student = person.objects.create(
        login="lou.bellanger", given_name="Lou", family_name="Bellanger"
    )
    common = {
        "student": student,
        "school": school,
        "entered_by": student,
        "kind": "leave",
        "first_day": DAY,
    }
    for reason in ("Stage en entreprise", "Opération du genou", "Rendez-vous"):
        exemption.objects.create(reason=reason, **common)
    with_a_file = exemption.objects.create(
        reason="Certificat", document=ContentFile(b"%PDF-1.7", name="certificat.pdf"), **common
    )
    name = with_a_file.document.name
    assert storages["private"].exists(name)

    with caplog.at_level(logging.WARNING):
        executor = MigrationExecutor(connection)
        executor.migrate(AFTER)

    after = executor.loader.project_state(AFTER).apps
    rows = after.get_model("continuity.Exemption").objects.order_by("pk")
    assert list(rows.values_list("motive", flat=True)) == [
        "placement",
        "agreed",
        "agreed",
        "agreed",
    ]
    assert [row.document_seen_on is not None for row in rows] == [False, False, False, True]
    assert not storages["private"].exists(name)
    assert "1 documents erased, 1 reasons became a motive, 3 reasons of leaves" in caplog.text
