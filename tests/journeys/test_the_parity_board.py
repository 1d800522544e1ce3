"""Every page with the state of both languages, for advisers: what needs something first, sorted,
filtered, as a file, by letter.
"""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowTask

from cms.guidance import services
from cms.guidance.enums import EditorialRole
from cms.guidance.models import GuidancePage, Pair
from cms.guidance.queries.step import twin_of
from courses.mail import services as outbox
from courses.mail.models import Letter
from courses.people.services import groups
from tests.factories.guidance import (
    first_topic,
    guidance_page,
    home,
    in_english,
    pair_of,
    paragraph,
    rewrite,
    scope_for,
    topic,
)
from tests.factories.people import AdviserFactory

pytestmark = pytest.mark.django_db
FIRST, SECOND = "a" * 8, "b" * 8
MONDAY = datetime.datetime(2026, 11, 30, 7, 30, tzinfo=datetime.UTC)


@pytest.fixture
def adviser(client):
    adviser = AdviserFactory(language="en", is_superuser=True)
    groups.derive_groups(adviser)
    client.force_login(adviser)
    return adviser


def page(title, *, under, **fields):
    return guidance_page(
        title=title,
        under=under,
        body=[paragraph("Un premier pas.", FIRST), paragraph("Un second pas.", SECOND)],
        **fields,
    )


@pytest.fixture
def shelf(adviser, one_page_of_each_kind):
    return Page.objects.get(pk=one_page_of_each_kind).specific


@pytest.fixture(scope="module")
def one_page_of_each_kind(module_rows) -> int:
    """The key of a topic with one page of each kind: in step, behind, missing, begun, alone,
    overdue.
    """
    place = first_topic()
    for french in (home("fr"), place):
        english = twin_of(french)
        english.in_step_with = services.seen_now(english, shown=None)
        english.save_revision().publish()
    for title in ("Au même pas", "En retard", "Absente", "Commencée", "Seule", "À relire"):
        page(title, under=place)
    for french in place.get_children().specific():
        if french.title == "Commencée":
            services.translate(french)
        elif french.title != "Absente":
            in_english(french, title=f"English of {french.title}")
    rewrite(place.get_children().get(title="En retard"), (SECOND, "Un autre pas."))
    place.get_children().get(title="Seule").specific.unpublish()
    Pair.objects.filter(french__title="À relire").update(
        check_on=timezone.localdate() - datetime.timedelta(days=12)
    )
    return place.pk


def board(client, **asked):
    response = client.get(reverse("guidance:parity"), asked)
    assert response.status_code == 200
    return response


def shown(client, **asked) -> list[tuple[str, str]]:
    """Title and the one thing to do, row by row."""
    return [
        (row.title, row.action.label if row.action else "")
        for row in board(client, **asked).context["rows"]
    ]


def titles(client, **asked) -> list[str]:
    return [title for title, _action in shown(client, **asked)]


def test_what_needs_something_stands_first_with_the_one_thing_to_do(client, shelf):
    assert sorted(shown(client)) == [
        ("Absente", "Translate"),
        ("Commencée", "Continue"),
        ("En retard", "Update English"),
        ("Seule", "Continue"),
        ("À relire", "Read again"),
    ]


def test_each_row_says_how_its_languages_stand(client, shelf):
    said = {
        row.title: (row.french.words, row.english.words, row.arc)
        for row in board(client, which="all").context["rows"]
    }

    day = f"{timezone.localdate().day} {timezone.localdate():%B %Y}"
    assert {
        title: said[title]
        for title in ("Au même pas", "En retard", "Absente", "Commencée", "Seule", "À relire")
    } == {
        "Au même pas": ("Online", "Up to date", "whole"),
        "En retard": ("Online", f"1 block of 3 behind since {day}", "dashed"),
        "Absente": ("Online", "Missing", "broken"),
        "Commencée": ("Online", "Draft, 1 of 3 blocks translated", "dashed"),
        "Seule": ("Taken down", "Online, without a translation", "dashed"),
        "À relire": ("To check for 12 days", "Up to date", "whole"),
    }


def test_a_translators_first_page_names_what_is_missing_and_what_is_late(client, shelf):
    translator = AdviserFactory(language="en")
    scope_for(translator, EditorialRole.TRANSLATOR, shelf)
    client.force_login(translator)

    items = [
        item
        for part in client.get(reverse("today:home")).context["day"].parts
        for item in part.items
    ]

    assert [(item.title, item.url) for item in items if item.icon == "languages"] == [
        (
            'To translate: <span lang="fr">Absente</span>',
            f"{reverse('guidance:parity')}?state=missing",
        ),
        (
            'To update in English: <span lang="fr">En retard</span>',
            f"{reverse('guidance:parity')}?state=behind",
        ),
    ]


def test_a_correction_in_review_is_said(client, adviser, shelf):
    french = shelf.get_children().get(title="Au même pas").specific
    workflow = Workflow.objects.create(name="Review")
    WorkflowTask.objects.create(
        workflow=workflow, task=GroupApprovalTask.objects.create(name="Read"), sort_order=1
    )
    french.save_revision()
    workflow.start(french, adviser)

    (row,) = board(client, which="all", state="review").context["rows"]
    assert (row.title, row.french.words) == ("Au même pas", "Correction in review")


def test_figures_and_chart_count_all_pages_whatever_is_filtered(client, shelf):
    figures = board(client, q="nothing like it").context["figures"]

    assert (figures.behind, figures.missing, figures.draft, figures.alone, figures.overdue) == (
        1,
        1,
        1,
        1,
        1,
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"which": "all", "state": "behind"}, ["En retard"]),
        ({"which": "all", "state": "missing"}, ["Absente"]),
        ({"which": "all", "state": "draft"}, ["Commencée", "Seule"]),
        ({"which": "all", "state": "alone"}, ["Seule"]),
        ({"which": "all", "overdue": "on"}, ["À relire"]),
        ({"which": "all", "q": "retard"}, ["En retard"]),
        ({"which": "all", "q": "English of Au"}, ["Au même pas"]),
        ({"which": "mine"}, ["Commencée"]),
        ({"which": "all", "state": "nonsense", "q": "Absente"}, ["Absente"]),
    ],
    ids=[
        "behind",
        "missing",
        "draft",
        "alone",
        "overdue",
        "French title",
        "English title",
        "mine",
        "an address mistyped",
    ],
)
def test_filters(client, adviser, shelf, asked, found):
    Pair.objects.filter(french__title="Commencée").update(deputy=adviser)

    assert sorted(titles(client, **asked)) == found


def test_a_topic_shows_its_own_pages(client, shelf):
    page("Ailleurs", under=topic("Autre", "Other"))

    found = titles(client, which="all", topic=pair_of(shelf).public_id)

    assert "Ailleurs" not in found
    assert {"En retard", "Absente", "Organiser la semaine"} <= set(found)


def test_sorting(client, shelf):
    Pair.objects.filter(french__title="Absente").update(
        check_on=timezone.localdate() - datetime.timedelta(days=1)
    )

    assert titles(client, sort="since")[:2] == ["À relire", "Absente"]
    assert titles(client, sort="check")[:2] == ["À relire", "Absente"]
    assert titles(client, sort="late", state="behind") == ["En retard"]
    by_title = titles(client, which="all", sort="title")
    assert by_title.index("Absente") < by_title.index("Commencée") < by_title.index("En retard")


def test_the_file_holds_the_same_rows_and_runs_no_formula(client, adviser, shelf):
    french = shelf.get_children().get(title="Absente").specific
    rewrite(french, title="=HYPERLINK(1)")

    answer = client.get(reverse("guidance:parity_csv"), {"state": "missing", "which": "all"})

    lines = answer.content.decode("utf-8-sig").splitlines()
    assert answer.content.startswith(b"\xef\xbb\xbf")
    assert lines[0].startswith(
        "Title in French,Title in English,Topic,French,English,Blocks behind"
    )
    assert [line.split(",")[:6] for line in lines[1:]] == [
        ["'=HYPERLINK(1)", "", "Organiser la semaine", "Online", "Missing", ""]
    ]


def test_the_board_costs_the_same_for_any_number_of_pages(
    client, adviser, shelf, django_assert_max_num_queries
):
    board(client, which="all")
    for number in range(12):
        page(f"Page {number}", under=shelf)

    with django_assert_max_num_queries(12) as captured:
        few = board(client, which="all")
    assert len(few.context["rows"]) > 15
    for number in range(12, 16):
        page(f"Page {number}", under=shelf)
    with django_assert_max_num_queries(len(captured)):
        board(client, which="all")


def test_side_by_side_shows_both_pages_and_what_changed_word_by_word(client, shelf):
    pair = pair_of(shelf.get_children().get(title="En retard"))

    text = client.get(reverse("guidance:side_by_side", args=[pair.public_id])).text

    assert "Un <del>second</del><ins>autre</ins> pas." in text
    assert "Said in English, number 1." in text


def test_a_draft_beside_its_source_is_for_those_who_write_in_it(client, shelf):
    pair = pair_of(shelf.get_children().get(title="Commencée"))
    Page.objects.get(pk=pair.english_id).specific.save_revision()
    reader = AdviserFactory(language="en")
    address = reverse("guidance:side_by_side", args=[pair.public_id])
    assert client.get(address).text.count("Un premier pas.") == 2

    client.force_login(reader)

    assert client.get(address).text.count("Un premier pas.") == 1


def test_a_draft_of_another_topic_is_not_there(client, shelf):
    draft = GuidancePage(title="Brouillon", slug="brouillon", locale=shelf.locale, live=False)
    shelf.add_child(instance=draft)
    address = reverse(
        "guidance:side_by_side", args=[services.restate(services.pair_of(draft)).public_id]
    )
    assert client.get(address).status_code == 200

    client.force_login(AdviserFactory(language="en"))

    assert client.get(address).status_code == 404
    assert "Brouillon" not in titles(client, which="all")


# The letter of the week


def letters_of(week: str) -> list[str]:
    return sorted(
        Letter.objects.filter(key__startswith=f"both-languages:{week}:").values_list(
            "to__login", flat=True
        )
    )


def test_on_mondays_each_owner_with_something_to_do_gets_one_letter(adviser, shelf):
    keeper, nothing_to_do = AdviserFactory(language="en"), AdviserFactory(language="en")
    Pair.objects.filter(french__title__in=["En retard", "Absente", "À relire"]).update(owner=keeper)
    Pair.objects.filter(french__title="Au même pas").update(owner=nothing_to_do)
    Pair.objects.filter(french__title="Commencée").update(owner=None)

    for _minute in range(2):
        services.tell_of_the_week(MONDAY)

    assert letters_of("2026-W49") == [keeper.login]
    letter = Letter.objects.get(key=f"both-languages:2026-W49:{keeper.pk}")
    outbox.send(letter.pk, 0)
    text = mail.outbox[0].body
    assert "Newer in French\n- En retard: 1 block of 3 behind since" in text
    assert "Not in English yet\n- Absente" in text
    assert "Overdue for a check\n- À relire: to be checked by" in text


@pytest.mark.parametrize(
    "now",
    [MONDAY.replace(hour=5), MONDAY + datetime.timedelta(days=1)],
    ids=["before seven", "on Tuesday"],
)
def test_at_other_times_no_letter_goes(shelf, now):
    Pair.objects.filter(french__title="En retard").update(owner=AdviserFactory())

    assert services.tell_of_the_week(now) == 0
    assert not Letter.objects.filter(key__startswith="both-languages:").exists()


def test_a_letter_about_what_is_done_by_then_is_not_sent(shelf):
    keeper = AdviserFactory()
    Pair.objects.filter(french__title="En retard").update(owner=keeper)
    services.tell_of_the_week(MONDAY)
    rewrite(shelf.get_children().get(title="En retard"), (SECOND, "Un second pas."))

    letter = Letter.objects.get(key=f"both-languages:2026-W49:{keeper.pk}")
    outbox.send(letter.pk, 0)

    assert mail.outbox == []


def test_the_figure_stands_on_the_admins_home(client, shelf):
    text = client.get(reverse("wagtailadmin_home")).text

    assert "In English 1 behind, 1 missing, 1 in draft; 1 overdue for a check." in text
    assert reverse("guidance:parity") in text
