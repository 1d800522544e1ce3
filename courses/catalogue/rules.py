"""Why not: what a provider's page shows in public. Pure; the database is asked by the callers."""

from courses.catalogue.exceptions import AddressOfAnAccount, AddressOfOnePerson
from courses.exceptions import Refusal


def why_not_public(*, is_of_an_account: bool, is_of_a_service: bool) -> Refusal | None:
    """Why an email address can't stand on a provider's page. No spelling tells a person's address
    from a service's, so the registrar says which it is.
    """
    if is_of_an_account:
        return AddressOfAnAccount()
    return None if is_of_a_service else AddressOfOnePerson()
