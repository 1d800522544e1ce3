"""Certificates from before `Certificate.minutes`: the migration reads them from the frozen words."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.factories.certificates import certificate_of
from training.models import Certificate

pytestmark = pytest.mark.django_db(transaction=True)


def migrate(*targets) -> None:
    MigrationExecutor(connection).migrate(list(targets))


def test_the_migration_reads_minutes_from_the_english_words():
    graph = MigrationExecutor(connection).loader.graph
    (ours,) = [key for key in graph.nodes if key[1].endswith("_certificate_corrections")]
    (before,) = [node.key for node in graph.node_map[ours].parents if node.key[0] == "training"]
    for words in ("1\xa0h\xa020\xa0min", "45\xa0min", "2\xa0h"):
        certificate = certificate_of()
        certificate.content["en"]["followed"] = words
        certificate.save()

    try:
        migrate(before)
    finally:
        migrate(*graph.leaf_nodes("training"))

    assert list(Certificate.objects.order_by("pk").values_list("minutes", flat=True)) == [
        80,
        45,
        120,
    ]
