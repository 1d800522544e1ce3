"""Which addresses may stand on a provider's page."""

import pytest

from courses.catalogue.exceptions import AddressOfAnAccount, AddressOfOnePerson
from courses.catalogue.rules import why_not_public


@pytest.mark.parametrize(
    ("is_of_an_account", "is_of_a_service", "refusal"),
    [
        pytest.param(False, True, None, id="a service's"),
        pytest.param(False, False, AddressOfOnePerson, id="not said to be a service's"),
        pytest.param(True, True, AddressOfAnAccount, id="of an account, whatever is said"),
    ],
)
def test_an_address_of_one_person_is_not_shown_in_public(
    is_of_an_account, is_of_a_service, refusal
):
    found = why_not_public(is_of_an_account=is_of_an_account, is_of_a_service=is_of_a_service)

    assert (type(found) if found else None) is refusal
