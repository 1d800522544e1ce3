"""The migration that gives proposed dates the provider that proposed them."""

import datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("training", "0044_answers_to_questions")]


@pytest.mark.django_db(transaction=True)
def test_a_proposal_gets_the_provider_that_has_its_resource():
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate(BEFORE)
    old = executor.loader.project_state(BEFORE).apps
    organisation, resource, person, proposal = (
        old.get_model(label)
        for label in (
            "courses.Organisation",
            "courses.Resource",
            "courses.Person",
            "training.DateProposal",
        )
    )
    trainer = person.objects.create(login="a.leroy", given_name="A", family_name="Leroy")
    moment = datetime.datetime(2026, 12, 2, 17, tzinfo=datetime.UTC)
    for name in ("Madmagz", "Europresse"):
        provider = organisation.objects.create(name=name, kind="provider")
        proposal.objects.create(
            resource=resource.objects.create(name=name, slug=name.lower(), provider=provider),
            title=name,
            by=trainer,
            proposed_at=moment,
            ends_at=moment,
            key=uuid4(),
        )

    MigrationExecutor(connection).migrate(latest)

    new = (
        MigrationExecutor(connection)
        .loader.project_state(latest)
        .apps.get_model("training.DateProposal")
    )
    found = new.objects.order_by("title").values_list("title", "provider__name")
    assert list(found) == [("Europresse", "Europresse"), ("Madmagz", "Madmagz")]
