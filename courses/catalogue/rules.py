"""Why not: what a provider's page shows in public. Pure; the database is asked by the callers."""

import re

from courses.catalogue.exceptions import AddressNamesAPerson, AddressOfAnAccount
from courses.exceptions import Refusal

# In an address of two words or more, such as service.client@…, one of these says that several
# people read it.
SHARED_WORDS = """
abonnement abonnements accueil aide bonjour client clients commercial contact ecole ecoles edu educ education
enseignant enseignants equipe formation formations hello help info information infos lycee lycees partenariat
partenariats relation relations sales scolaire secretariat school schools service services support team training
vente ventes
"""
OF_SEVERAL = frozenset(SHARED_WORDS.split())


def why_not_public(address: str, *, is_of_an_account: bool) -> Refusal | None:
    """Why an address can't stand on a provider's page: it is one person's, as far as can be read."""
    if is_of_an_account:
        return AddressOfAnAccount()
    box = address.partition("@")[0].lower()
    words = re.split(r"[._-]", box)
    reads_as_a_name = len(words) > 1 and all(word.isalpha() for word in words)
    if reads_as_a_name and not OF_SEVERAL & set(words):
        return AddressNamesAPerson(address=address)
    return None
