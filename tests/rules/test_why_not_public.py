"""Which addresses may stand on a provider's page."""

import pytest

from courses.catalogue.exceptions import AddressNamesAPerson, AddressOfAnAccount
from courses.catalogue.rules import why_not_public


@pytest.mark.parametrize(
    ("address", "is_of_an_account", "refusal"),
    [
        pytest.param("contact@provider.example", False, None, id="a function"),
        pytest.param("service.client@provider.example", False, None, id="two words of a function"),
        pytest.param("Relation-Ecoles@provider.example", False, None, id="with capitals"),
        pytest.param("lycees2026@provider.example", False, None, id="one word with a number"),
        pytest.param(
            "zoe.lefevre@provider.example", False, AddressNamesAPerson, id="first and family name"
        ),
        pytest.param(
            "Z-Lefevre@provider.example", False, AddressNamesAPerson, id="initial and family name"
        ),
        pytest.param("contact@provider.example", True, AddressOfAnAccount, id="of an account"),
    ],
)
def test_an_address_of_one_person_is_not_shown_in_public(address, is_of_an_account, refusal):
    found = why_not_public(address, is_of_an_account=is_of_an_account)

    assert (type(found) if found else None) is refusal
