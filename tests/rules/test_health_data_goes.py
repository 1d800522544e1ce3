"""The migration that erases documents of absences, and maps or blanks what was typed about them."""

import datetime
import logging

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("continuity", "0002_motives_without_health")]
DAY = datetime.date(2026, 11, 3)


@pytest.mark.django_db(transaction=True)
def test_documents_and_reasons_of_absences_go(caplog):
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate(BEFORE)
    old = executor.loader.project_state(BEFORE).apps
    person, organisation, exemption = (
        old.get_model(label)
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

    try:
        with caplog.at_level(logging.WARNING):
            executor = MigrationExecutor(connection)
            executor.migrate(latest)
    finally:
        MigrationExecutor(connection).migrate(latest)

    rows = (
        MigrationExecutor(connection)
        .loader.project_state(latest)
        .apps.get_model("continuity.Exemption")
        .objects.order_by("pk")
    )
    assert list(rows.values_list("motive", flat=True)) == [
        "placement",
        "agreed",
        "agreed",
        "agreed",
    ]
    assert [row.document_seen_on is not None for row in rows] == [False, False, False, True]
    assert not storages["private"].exists(name)
    assert "1 documents erased, 1 reasons became a motive, 3 reasons of leaves" in caplog.text
