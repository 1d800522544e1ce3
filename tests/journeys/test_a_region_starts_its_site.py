"""A new installation: nothing of the demo is public, the first person is invited, and the site's
own words are the region's.
"""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from wagtail.models import Page

from courses.mail.models import Letter
from courses.people.enums import Role
from courses.people.models import Organisation, Person
from tests.factories.catalogue import ResourceFactory
from tests.factories.guidance import without_pages

pytestmark = [pytest.mark.django_db, pytest.mark.at("2027-03-02T09:00")]
OPERATOR = "Région académique Normandie"
FIRST = ["claire.morel", "claire.morel@region.fr", "Claire", "Morel"]
# Words that are true of the demo alone.
OF_THE_DEMO = [
    "démonstration",
    "demonstration",
    "demo",
    "invent",
    ".example",
    "25 novembre 2026",
    "25 November 2026",
]


def start(*arguments, **options) -> str:
    said = StringIO()
    call_command("start_site", *arguments, stdout=said, **options)
    return said.getvalue()


@pytest.fixture(autouse=True)
def _addresses(settings):
    settings.CONTACT_ADDRESS, settings.DPO_ADDRESS = "aide@region.fr", "dpd@region.fr"


@pytest.fixture(scope="module")
def site(module_rows):
    without_pages()
    with override_settings(CONTACT_ADDRESS="aide@region.fr", DPO_ADDRESS="dpd@region.fr"):
        ResourceFactory(slug="educarte", name="Educ’Arte")
        start(operator=OPERATOR)


def words(page: Page) -> str:
    page = page.specific
    return (
        f"{page.title} {getattr(page, 'lead', '')} {page.search_description}"
        f" {getattr(page, 'body', '')}"
    )


def test_nothing_that_is_live_speaks_of_the_demo(site):
    live = list(Page.objects.live().filter(depth__gt=1))

    assert len(live) >= 12
    assert [
        (page.title, said) for page in live for said in OF_THE_DEMO if said in words(page)
    ] == []


def test_news_of_the_demo_is_not_there_and_guidance_waits_as_drafts(site):
    drafts = Page.objects.filter(live=False, depth__gt=1)

    assert not Page.objects.filter(content_type__model="newspage").exists()
    assert drafts.filter(content_type__model="guidancepage").count() >= 10
    assert not Page.objects.live().filter(content_type__model="guidancepage").exists()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/fr/accessibilite/", [OPERATOR, "aide@region.fr", "2 mars 2027"]),
        ("/en/accessibility/", [OPERATOR, "aide@region.fr", "2 March 2027"]),
    ],
)
def test_the_accessibility_statement_is_the_operators(client, site, address, shown):
    text = client.get(address).text

    assert [words for words in shown if words not in text.replace("\xa0", " ")] == []
    assert "axe-core" not in text  # tests that the operator hasn't made


@pytest.mark.parametrize("address", ["/fr/", "/en/", "/fr/aide/", "/en/help/"])
def test_what_the_frame_links_to_is_there(client, site, address):
    assert client.get(address).status_code == 200


def test_twice_changes_nothing(site):
    said = start()

    assert "every page was there" in said
    assert "restart" not in said


def test_a_new_site_has_an_empty_list_of_the_erased_for_its_first_rehearsal(
    site, settings, tmp_path
):
    settings.ERASED_FILE = tmp_path / "apart" / "erased.txt"

    start()

    assert settings.ERASED_FILE.read_text() == ""


def test_a_list_of_the_erased_that_cannot_be_written_is_named(site, settings, tmp_path):
    (tmp_path / "apart").write_text("a file where the folder should be")
    settings.ERASED_FILE = tmp_path / "apart" / "erased.txt"
    told = StringIO()

    call_command("start_site", stdout=StringIO(), stderr=told)

    assert "The list of the erased can't be written" in told.getvalue()


def test_web_processes_that_run_are_to_be_restarted_once_there_are_pages():
    without_pages()

    assert "restart passerelle-web" in start(operator=OPERATOR)


def test_without_a_name_it_asks(monkeypatch):
    without_pages()
    monkeypatch.setattr("sys.stdin.isatty", lambda: False)

    with pytest.raises(CommandError, match="--operator"):
        start()
    assert Page.objects.filter(depth__gt=2).count() == 0


def test_the_first_person_is_invited_and_begins_in_all_three_roles(client, site):
    said = start(first=FIRST, academie="Académie de Normandie")

    person = Person.objects.get(login="claire.morel")
    assert person.roles == {Role.REGISTRAR, Role.PLANNER, Role.ADVISER}
    assert Organisation.objects.get(kind="academie").name == "Académie de Normandie"
    assert Letter.objects.filter(to=person).count() == 1
    assert "invitation" in said
    client.force_login(person)
    assert client.get("/admin/").status_code == 200
    assert client.get("/fr/today/").status_code == 200


def test_the_first_person_twice_is_one(site):
    start(first=FIRST, academie="Académie de Normandie")

    assert "is there already" in start(first=FIRST)
    assert Letter.objects.count() == 1


def test_a_wrong_mail_address_is_refused(site):
    with pytest.raises(CommandError, match="no email address"):
        start(first=["claire.morel", "claire", "Claire", "Morel"], academie="Académie de Normandie")
    assert not Person.objects.filter(login="claire.morel").exists()
