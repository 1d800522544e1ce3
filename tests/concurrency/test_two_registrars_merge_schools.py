"""Two registrars say at one instant as which schools others go on: nobody is left at a school that is
no more, and nothing leads in a circle.
"""

import pytest

from courses.exceptions import Refusal
from courses.people.models import Membership, Organisation
from courses.people.services import mergers
from tests.concurrency.threads import all_at_once
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.people import OrganisationFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-25T12:00")]


@pytest.mark.parametrize("pairs", ["ab ba", "ab bc", "ab ac", "ab ab"])
def test_one_after_the_other(pairs):
    schools = {name: OrganisationFactory(name=name) for name in "abc"}
    student = StudentFactory(in_class=SchoolClassFactory(school=schools["a"]))

    def merge(old, into):
        try:
            mergers.merge(old=schools[old], into=schools[into], by=None)
        except Refusal as refusal:
            return type(refusal).__name__

    answers = all_at_once([lambda pair=pair: merge(*pair) for pair in pairs.split()])

    assert set(answers) <= {None, "MergedAlready"}
    assert None in answers
    assert pairs == "ab bc" or "MergedAlready" in answers
    assert not Organisation.objects.filter(merged_into__merged_into__isnull=False).exists()
    assert not Membership.objects.filter(organisation__merged_into__isnull=False).exists()
    assert student.memberships.count() == 1
