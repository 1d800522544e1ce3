"""The index of a new release is made while people write, on both databases."""

import threading

import pytest
from django.db import connection, connections, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.test.utils import CaptureQueriesContext

from continuity.models import BankComment
from courses.indexes import AddIndexBesideWrites
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "bankcomment_used"


@pytest.fixture
def index():
    before = MigrationLoader(connection).project_state()
    after = before.clone()
    operation = AddIndexBesideWrites("bankcomment", models.Index(fields=["used"], name=NAME))
    operation.state_forwards("continuity", after)
    for state in (before, after):
        state.apps.get_model("continuity", "bankcomment")  # all models are made, for seconds

    def add() -> None:
        with connection.schema_editor(atomic=False) as editor:
            operation.database_forwards("continuity", editor, before, after)

    yield add
    with connection.schema_editor(atomic=False) as editor:
        operation.database_backwards("continuity", editor, after, before)
    assert NAME not in indexes()


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, BankComment._meta.db_table))


def test_an_index_is_added_and_taken_back(index):
    with CaptureQueriesContext(connection) as captured:
        index()

    assert NAME in indexes()
    made = [query["sql"] for query in captured if query["sql"].startswith("CREATE INDEX")]
    assert ["CONCURRENTLY" in sql for sql in made] == [connection.vendor == "postgresql"]


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has one writer at a time, whatever it does"
)
def test_a_sentence_is_kept_while_its_index_is_made(index):
    """An open transaction makes the index wait; others go on writing to the table meanwhile."""
    teacher = TeacherFactory()
    begun, may_end = threading.Event(), threading.Event()

    def long_transaction() -> None:
        try:
            with transaction.atomic():
                BankComment.objects.create(teacher=teacher, text="long")
                begun.set()
                may_end.wait(60)
        finally:
            connections.close_all()

    def make_index() -> None:
        try:
            index()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=long_transaction), threading.Thread(target=make_index)]
    threads[0].start()
    begun.wait(60)
    threads[1].start()
    wait_until_it_waits()

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        BankComment.objects.create(teacher=teacher, text="beside it")

    may_end.set()
    for thread in threads:
        thread.join(60)
    assert BankComment.objects.count() == 2
    assert NAME in indexes()


def wait_until_it_waits() -> None:
    """Until CREATE INDEX waits for the open transaction, seen from this connection."""
    for _ in range(1_000):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%'"
                " AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        threading.Event().wait(0.05)
    raise AssertionError("CREATE INDEX didn't wait")
