"""A second step that is needed all of a sudden loses no text; whoever works here no more isn't stuck
with it; the link of a letter says that it is asked for.
"""

import datetime

import pytest

from courses.people.models import Membership, SecondFactor
from courses.people.values import PASSED_SECOND_FACTOR
from tests.factories.continuity import LeaderFactory
from tests.factories.people import TeacherFactory
from tests.factories.second_factors import CODE_PAGE, app_code, give_password, switched_on
from tests.journeys.test_a_link_in_an_email_logs_in import asked, link

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]
PAGE = "/fr/profile/second-step/"
ASK = "/fr/personal-data/corrections/ask/"
FROM_HERE = {"Origin": "http://testserver", "Referer": "http://testserver/fr/personal-data/"}


@pytest.fixture
def leader(client, settings):
    settings.SECOND_FACTOR_FROM = datetime.date(2026, 11, 25)
    leader = LeaderFactory()
    client.force_login(leader)
    return leader


@pytest.fixture
def retired(client):
    """Switched it on as a teacher, and works nowhere any more."""
    teacher = TeacherFactory()
    switched_on(teacher)
    Membership.objects.filter(person=teacher).update(until=datetime.date(2026, 9, 1))
    give_password(client, teacher)
    client.post(CODE_PAGE, {"code": app_code(teacher)})
    return teacher


def test_a_text_typed_before_it_was_needed_comes_back_and_is_then_sent(client, leader):
    typed = {"text": "Mon nom de famille est faux.", "draft": "abcdefgh"}

    kept = client.post(ASK, typed, headers=FROM_HERE)
    session = client.session
    session[PASSED_SECOND_FACTOR] = True
    session.save()
    sent = client.post(ASK, typed, headers=FROM_HERE)

    assert kept.status_code == 403
    assert 'name="text" value="Mon nom de famille est faux."' in kept.text
    assert f'href="{PAGE}"' in kept.text
    assert "saved-abcdefgh" not in kept.cookies
    assert sent.url == "/fr/personal-data/#corrections"
    assert list(leader.correction_requests.values_list("text", flat=True)) == [typed["text"]]


def test_any_other_form_says_that_it_was_not_done_and_its_draft_stays(client, leader):
    answer = client.post(
        "/fr/profile/printed-name/", {"draft": "abcdefgh"}, headers=FROM_HERE, follow=True
    )

    assert answer.redirect_chain == [(f"{PAGE}?next=%2Ffr%2Fpersonal-data%2F", 302)]
    assert "Cela n’a pas été fait" in answer.text
    assert "saved-abcdefgh" not in client.cookies


def test_a_part_of_a_page_leads_back_to_the_page_that_asked_for_it(client, leader):
    answer = client.get(
        "/fr/profile/printed-name/",
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/fr/today/"},
    )

    assert answer.headers["HX-Redirect"] == f"{PAGE}?next=%2Ffr%2Ftoday%2F"


def test_whoever_works_here_no_more_switches_it_off(client, retired):
    profile, page = client.get("/fr/profile/"), client.get(PAGE)

    answer = client.post(
        f"{PAGE}change/",
        {"password": "password", "code": app_code(retired, steps=1), "wish": "off"},
    )

    assert f'href="{PAGE}"' in profile.text
    assert page.status_code == 200
    assert answer.url == "/fr/profile/"
    assert client.get(answer.url).status_code == 200
    assert not SecondFactor.objects.exists()


@pytest.mark.parametrize("has_one", [True, False])
def test_the_link_of_a_letter_says_whether_a_code_is_asked_for(client, has_one):
    teacher = TeacherFactory(language="en")
    if has_one:
        switched_on(teacher)
    asked(teacher.email)

    page = client.get(link()).text

    assert ("then the code of your app" in page) is has_one


@pytest.mark.parametrize("has_password", [True, False])
def test_who_has_forgotten_the_password_finds_the_way_to_another(client, leader, has_password):
    if not has_password:
        leader.set_unusable_password()
        leader.save()
        client.force_login(leader)

    page = client.get(PAGE)

    assert ('href="/fr/password/"' in page.text) is has_password


@pytest.mark.parametrize(("since", "is_said"), [("2026-11-25", True), ("2026-12-02", False)])
def test_it_must_be_set_up_again_at_once_from_the_day_on(client, leader, settings, since, is_said):
    settings.SECOND_FACTOR_FROM = datetime.date.fromisoformat(since)
    switched_on(leader)
    client.force_login(leader)

    page = client.get(PAGE).text

    assert "jamais vus" in page
    assert ("activez-la de nouveau aussitôt" in page) is is_said
