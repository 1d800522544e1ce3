"""Two schools become one at the instant at which a set of the old one comes: the one refuses the other."""

import pytest

from courses.exceptions import Refusal
from courses.people.models import Organisation
from courses.people.services import mergers
from courses.roster.models import RosterImport
from courses.roster.services import receiving
from tests.concurrency.threads import all_at_once
from tests.factories.continuity import LeaderFactory
from tests.factories.people import OrganisationFactory
from tests.factories.rosters import a_set, a_student

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-25T12:00")]


def test_no_set_waits_at_a_school_that_goes_on_as_another():
    old, into = OrganisationFactory(uai="0141000A"), OrganisationFactory(uai="0141001B")
    leader = LeaderFactory(leads=old)
    data = a_set(old.uai, a_student("1", "Zoé", "CARON"))

    def receive():
        try:
            receiving.receive(school=Organisation.objects.get(pk=old.pk), data=data, by=leader)
        except Refusal as refusal:
            return type(refusal).__name__

    def merge():
        try:
            mergers.merge(old=old, into=into, by=None)
        except Refusal as refusal:
            return type(refusal).__name__

    answers = all_at_once([receive, merge])

    old.refresh_from_db()
    waits = RosterImport.objects.filter(school=old).exists()
    assert (sorted(map(str, answers)), waits, old.merged_into) in [
        (["FileWaits", "None"], True, None),
        (["None", "SchoolGoesOn"], False, into),
    ]
