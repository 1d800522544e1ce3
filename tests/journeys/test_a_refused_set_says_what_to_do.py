"""A set that a school can't have now: its page says why and what to do next, in the reader's language,
and nothing of it is stored.
"""

import pytest
from django.utils import translation

from courses.roster.models import RosterImport, StagedStudent
from tests.factories.continuity import LeaderFactory
from tests.factories.people import OrganisationFactory
from tests.factories.rosters import UAI, a_set, a_student, apply, choose, named_files, packed

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
BEFORE = [a_student("1", "Inès", "ABADIE")]
INES_AND_TOM = [*BEFORE, a_student("2", "Tom", "BRUNET")]


def a_bomb() -> bytes:
    """Under a hundred kilobytes, of which 60 MB unpack."""
    files = named_files("", day="20261124")
    return packed(dict.fromkeys(files, b" " * 20_000_000))


REFUSED = {
    ("bomb", "en"): (
        "This archive holds more than 200 files, or more than 50 MB unpacked.",
        "Choose the set of your school alone.",
    ),
    ("bomb", "fr"): (
        "Cette archive contient plus de 200 fichiers, ou plus de 50 Mo une fois décompressée.",
        "Choisissez l’export de votre seul établissement.",
    ),
    ("older", "en"): (
        "This set is of Thursday 19 November 2026; one of Friday 20 November 2026 was applied"
        " already.",
        "Choose the latest set.",
    ),
    ("older", "fr"): (
        "Cet export date du jeudi 19 novembre 2026\u202f; celui du vendredi 20 novembre 2026 a déjà"
        " été appliqué.",
        "Choisissez le dernier export.",
    ),
    ("waits", "en"): (
        "A set waits for your yes already, or is being applied or undone.",
        "Wait, apply it, or set it aside; then choose the next.",
    ),
    ("waits", "fr"): (
        "Un export attend déjà votre accord, ou bien il est en cours d’application ou d’annulation.",
        "Attendez, appliquez-le ou écartez-le\u202f; choisissez ensuite le suivant.",
    ),
}


@pytest.mark.parametrize(("kind", "language"), REFUSED)
def test_the_page_says_why_and_what_to_do_next(client, kind, language):
    school = OrganisationFactory(uai=UAI)
    leader = LeaderFactory(leads=school, language=language)
    choose(client, leader, school, a_set(UAI, *BEFORE))
    if kind != "waits":
        apply(client, leader)
    stored = RosterImport.objects.count(), StagedStudent.objects.count()
    later = a_set(UAI, *INES_AND_TOM, day="20261121")
    data = {"bomb": a_bomb(), "older": a_set(UAI, *INES_AND_TOM, day="20261119"), "waits": later}
    assert len(data["bomb"]) < 100_000

    with translation.override(language):
        answer = choose(client, leader, school, data[kind])

    for sentence in REFUSED[kind, language]:
        assert sentence in answer.text
    assert (RosterImport.objects.count(), StagedStudent.objects.count()) == stored
