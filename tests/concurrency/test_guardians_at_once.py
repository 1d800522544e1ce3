"""A form that arrives twice at the same instant: one guardian, one link that opens, one notice.

On both databases.
"""

import datetime
import threading

import pytest
from django.db import connections
from django.utils import timezone

from continuity.families import services as families
from continuity.models import AbsenceNotice
from courses.exceptions import Refusal
from courses.people.models import GuardianLink, Guardianship
from courses.people.services import guardians, guardians_left
from courses.people.services.guardians import GuardianNames
from courses.people.signals import roles_changed
from tests.factories.continuity import LeaderFactory, StudentFactory
from tests.factories.guardians import GuardianFactory, follows, with_guardians

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-12-01T12:00")]

TOMORROW = datetime.date(2026, 12, 2)


def twice(function) -> list:
    """What it gave, or the refusal, in two threads begun at the same instant."""
    results, start = [], threading.Barrier(2)

    def run():
        try:
            start.wait()
            results.append(function())
        except Refusal as refusal:
            results.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.mark.parametrize("email", ["", "s.peuplier@example.org"], ids=["no address", "an address"])
def test_one_guardian_is_entered_once(email):
    student = StudentFactory()
    school = with_guardians(student.memberships.get().organisation)
    leader = LeaderFactory(leads=school)
    names = GuardianNames("Séraphine", "Peuplier", email)

    answers = twice(
        lambda: guardians.enter(
            names=names, student=student, school=school, quality="authority", by=leader
        )
    )

    assert Guardianship.objects.running().count() == 1
    assert sum(isinstance(one, Refusal) for one in answers) == 1


def test_of_two_links_made_at_once_one_opens():
    kept = follows(GuardianFactory(), StudentFactory())

    tokens = twice(lambda: guardians.make_link(guardianship=kept, by=None))

    assert GuardianLink.objects.count() == 1
    assert sum(guardians.link_opened_by(token) is not None for token in tokens) == 1


def test_one_absence_is_told_once():
    kept = follows(GuardianFactory(), StudentFactory())

    twice(lambda: families.announce(guardianship=kept, first_day=TOMORROW, last_day=TOMORROW))

    assert AbsenceNotice.objects.count() == 1


def test_a_notice_meets_the_end_of_the_right():
    """Either it was told before, or it is refused; nothing else."""
    kept = follows(GuardianFactory(), StudentFactory())
    answers: list = []
    ways = iter(
        [
            lambda: guardians.end(guardianship=kept, by=None),
            lambda: families.announce(guardianship=kept, first_day=TOMORROW, last_day=TOMORROW),
        ]
    )
    lock = threading.Lock()

    def one_of():
        with lock:
            way = next(ways)
        return way()

    answers = twice(one_of)

    refused = any(isinstance(one, Refusal) for one in answers)
    assert AbsenceNotice.objects.count() == (0 if refused else 1)
    assert not Guardianship.objects.running().exists()


def test_each_school_ends_its_guardianships_in_a_transaction_of_its_own():
    for student in StudentFactory.create_batch(2):
        follows(GuardianFactory(), student)
        student.memberships.update(until=datetime.date(2026, 11, 30))
    running_after_commit = []

    def count(**_more) -> None:
        running_after_commit.append(Guardianship.objects.running().count())

    roles_changed.connect(count)
    try:
        ended = guardians_left.sweep(timezone.now())
    finally:
        roles_changed.disconnect(count)

    assert ended == 2
    assert running_after_commit == [1, 0]
