"""Two officers set amounts of one school year at the same instant."""

from decimal import Decimal

import pytest

from courses.catalogue.exceptions import AmountSetByColleague, AmountsSetMeanwhile
from courses.catalogue.models import ResourceCost
from courses.catalogue.services import set_costs
from courses.catalogue.values import AmountChange
from tests.concurrency.threads import all_at_once, meanwhile
from tests.factories.catalogue import ResourceFactory
from tests.factories.people import OfficerFactory

pytestmark = pytest.mark.django_db(transaction=True)


def setting(resource, euros: int, *, by=None):
    """A call on a page that showed no amount."""
    officer = by or OfficerFactory()
    changes = {resource.pk: AmountChange(shown=None, typed=Decimal(euros))}
    return lambda: set_costs(school_year=2026, changes=changes, by=officer)


def test_who_waits_for_the_first_amount_of_a_colleague_is_told():
    resource, romane = ResourceFactory(), OfficerFactory(given_name="Romane")

    refused = meanwhile(setting(resource, 1200, by=romane), setting(resource, 900))

    assert isinstance(refused, AmountsSetMeanwhile)
    told = refused.by_resource[resource.pk]
    assert isinstance(told, AmountSetByColleague)
    assert "Romane" in told.reason
    assert ResourceCost.objects.get().amount == 1200


def test_amounts_of_two_resources_at_once_are_both_set():
    resources = ResourceFactory.create_batch(4)

    set_at_once = all_at_once([setting(one, 100 + n) for n, one in enumerate(resources)])

    assert set_at_once == [1, 1, 1, 1]
    assert ResourceCost.objects.count() == 4
