"""What is typed, and what comes first: over the pages and trainings of the demo, in both languages,
on both databases.

Each row has a dropped accent, another number or a slip of the finger, as people type them.
"""

import pytest
from django.db import transaction
from django.utils import timezone, translation

from cms.guidance import demo as guidance_demo
from cms.guidance import services as guidance
from cms.guidance.models import SearchEntry
from cms.guidance.queries.search import find
from cms.guidance.services import search
from cms.management import loading
from courses.wagtail_hooks import load_demo as load_directory
from tests.factories.guidance import without_pages
from training import demo as training_demo

pytestmark = pytest.mark.django_db

PHONES = "Travailler avec une classe qui n’a que des téléphones"
PHOTOS = "Recevoir du travail en photo"
LOANS = "Prêter un ordinateur, pas à pas"
SILENT = "Garder le lien avec un élève sans nouvelles"
MINORS = "Données personnelles d’élèves mineurs : ce que l’on peut faire"
DOCUMENTS = "Des documents que toute la classe peut lire"
FIRST_CLASS = "Une première classe virtuelle"
BEARABLE = "Une semaine supportable à la maison"
SATURATED = "Quand l’ENT ne répond plus"
CLOSED = "Le jour où le lycée ferme : questions et réponses"
THREE_MEASURES = "Trois mesures de la Région pour continuer à enseigner à distance"

FRENCH = {
    "telephones": PHONES,
    "classe avec un telefone": PHONES,
    "telphone": PHONES,
    "encyclopedie": "Encyclopaedia Universalis",
    "encyclopédies universalis": "Encyclopaedia Universalis",
    "Universali": "Encyclopaedia Universalis",
    "educ arte": "Educ’Arte",
    "educartes": "Educ’Arte",
    "madmag": "Madmagz",
    "enseignos": "Enseigno",
    "prets d’ordinateurs": LOANS,
    "preter un ordinatuer": LOANS,
    "eleves sans nouvelle": SILENT,
    "donnees des mineurs": MINORS,
    "fotos du travial": PHOTOS,
    "document que toutes les classes peuvent lire": DOCUMENTS,
    "premieres classes virtuelles": FIRST_CLASS,
    "semaines suportables": BEARABLE,
    "ENT qui ne repond pas": SATURATED,
    "lycee ferme question": CLOSED,
    "grand orale": "Préparer le Grand oral : du sujet aux sources",
    "education aux media": "Éducation aux médias : une rédaction au lycée",
    "revisions des eleve": "Organiser les révisions avec ses élèves",
    "mesures de la region": THREE_MEASURES,
    "accessibilte": "Accessibilité : non conforme",
}
ENGLISH = {
    "phone": "When a class has nothing but phones",
    "classes with phnoes": "When a class has nothing but phones",
    "encyclopedia": "Encyclopaedia Universalis",
    "univeralis": "Encyclopaedia Universalis",
    "educarte": "Educ’Arte",
    "Educ' Arté": "Educ’Arte",
    "madmags": "Madmagz",
    "ensegno": "Enseigno",
    "lend computers": "Lending a computer, step by step",
    "lending a compuetr": "Lending a computer, step by step",
    "students nobody heard from": "Keeping in touch with a student nobody hears from",
    "photo of work": "Receiving work as photos",
    "document whole class reads": "Documents the whole class can read",
    "virtual classes": "Your first virtual class",
    "bearable weeks": "A bearable week at home",
    "lycee closes questions": "The day a lycée closes: questions and answers",
    "grand orals": "Prepare the Grand oral: from topic to sources",
    "media litteracy": "Media literacy: a newsroom at school",
    "revising with students": "Plan revision with your students",
    "measure of the Region": "Three measures of the Région to keep teaching going at a distance",
    "privat data": "Personal data",
    "acessibility": "Accessibility: not compliant",
    "first magazines": "A first class magazine with Madmagz",
}
# What an English reader types in French: the page in their language, or the French one where there
# is no other.
FRENCH_WORDS_IN_ENGLISH = {
    "preter un ordinateur": "Lending a computer, step by step",
    "saturee": SATURATED,
    "eleves mineur": MINORS,
}


@pytest.fixture(scope="module", autouse=True)
def _demo(django_db_setup, django_db_blocker):
    """The demo's pages and trainings, made once: each test's own transaction lies inside this one.

    Not its weeks, which take long to make: a search finds nothing of them.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        without_pages()
        world = loading.new_world("small")
        with translation.override("fr"):
            load_directory(world, lambda text: None)
            training_demo.load(world, lambda text: None)
            guidance.plant_trees("http://testserver")
            guidance_demo.load(world, lambda text: None)
            search.sweep(world.now)
        yield
        transaction.set_rollback(True)


def first(asked: str, language: str) -> str:
    """The title of what comes first, in the reader's language where it has one in it."""
    key = next(iter(find(asked, language, now=timezone.now()).keys()), "")
    rows = SearchEntry.objects.filter(key=key).values_list("language", "title")
    titles = {language: title.replace("\N{NO-BREAK SPACE}", " ") for language, title in rows}
    return titles.get(language) or next(iter(titles.values()), "")


@pytest.mark.parametrize(("asked", "title"), FRENCH.items(), ids=list(FRENCH))
def test_in_french(asked, title):
    assert first(asked, "fr") == title


@pytest.mark.parametrize(("asked", "title"), ENGLISH.items(), ids=list(ENGLISH))
def test_in_english(asked, title):
    assert first(asked, "en") == title


@pytest.mark.parametrize(
    ("asked", "title"), FRENCH_WORDS_IN_ENGLISH.items(), ids=list(FRENCH_WORDS_IN_ENGLISH)
)
def test_french_words_of_an_english_reader(asked, title):
    assert first(asked, "en") == title
