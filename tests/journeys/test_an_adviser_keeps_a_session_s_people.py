"""Training planners enrol, cancel and list the people of a session."""

import csv
import datetime
import io

import pytest
from django.urls import reverse

from courses.live.models import RoomPass
from tests.factories.catalogue import LicenceFactory
from tests.factories.people import PlannerFactory, TeacherFactory
from tests.factories.session_forms import address
from tests.factories.training import SessionFactory, in_a_week
from training.enums import EnrolmentState
from training.services import enrolment as enrolments

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def adviser(client):
    adviser = PlannerFactory()
    client.force_login(adviser)
    return adviser


def test_enrolling_somebody_when_full_says_over_capacity_by_one_and_asks_why(client, adviser):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1)
    seated, guest = TeacherFactory.create_batch(2, works_at=licence.school)
    enrolments.enrol(session=session, teacher=seated)

    found = client.get(
        address("enrol_somebody", session), {"q": guest.family_name}
    ).content.decode()
    assert guest.public_id in found
    page = client.get(
        address("enrol_somebody", session), {"teacher": guest.public_id}
    ).content.decode()
    assert "over capacity by 1" in page
    without_choice = client.post(
        address("enrol_somebody", session), {"teacher": guest.public_id, "reason": "Inspection"}
    )
    assert without_choice.status_code == 200
    assert not session.enrolments.filter(teacher=guest).exists()
    client.post(address("enrol_somebody", session), {"teacher": guest.public_id, "full": "over"})
    assert not session.enrolments.filter(teacher=guest).exists()

    client.post(
        address("enrol_somebody", session),
        {"teacher": guest.public_id, "full": "over", "reason": "Inspection"},
    )

    enrolment = session.enrolments.get(teacher=guest)
    assert (enrolment.state, enrolment.over_capacity) == (EnrolmentState.CONFIRMED, True)
    assert enrolment.steps.values_list("by", "reason").get() == (adviser.pk, "Inspection")


def test_somebody_without_a_licence_is_refused_by_the_same_sentence(client, adviser):
    session = SessionFactory()
    teacher = TeacherFactory()

    page = client.get(
        address("enrol_somebody", session), {"teacher": teacher.public_id}
    ).content.decode()
    client.post(
        address("enrol_somebody", session), {"teacher": teacher.public_id, "reason": "Inspection"}
    )

    assert f"{teacher.schools[0].name} has no subscription to {session.resource.name}." in page
    assert not session.enrolments.exists()


@pytest.mark.at("2026-11-25T12:00")  # more than seven days before the session
def test_the_adviser_cancels_an_enrolment_with_a_reason_and_the_next_one_is_seated(client, adviser):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=1)
    seated, waiting = TeacherFactory.create_batch(2, works_at=licence.school)
    for teacher in (seated, waiting):
        enrolments.enrol(session=session, teacher=teacher)
    enrolment = session.enrolments.get(teacher=seated)

    client.post(
        reverse("training:cancel_for_somebody", args=[enrolment.public_id]),
        {"reason": "À la demande du lycée."},
    )

    states = dict(session.enrolments.values_list("teacher", "state"))
    assert states == {seated.pk: EnrolmentState.CANCELLED, waiting.pk: EnrolmentState.CONFIRMED}
    shown = client.get(address("session_people", session)).content.decode()
    assert "À la demande du lycée." in shown


def test_the_list_opens_in_a_french_spreadsheet_and_runs_no_formula(client, adviser):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    teacher = TeacherFactory(works_at=licence.school, family_name="=1+2;Évil", given_name="@Zoé")
    enrolments.enrol(session=session, teacher=teacher)

    answer = client.get(address("export_people", session))

    text = answer.content.decode("utf-8")
    assert text.startswith("\ufeff")
    _headings, row = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    assert row[:2] == ["'=1+2;Évil", "'@Zoé"]
    assert row[3:5] == [licence.school.uai, "Enrolled"]


def test_a_trainer_sees_first_names_and_codes_and_nothing_else(client):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, note="")
    (trainer,) = session.trainers.all()
    teacher = TeacherFactory(
        works_at=licence.school, given_name="Zélie", family_name="Quatremer", login="zquat"
    )
    enrolments.enrol(session=session, teacher=teacher)
    code = RoomPass.objects.get(person=teacher).code
    client.force_login(trainer)

    shown = client.get(reverse("training:my_session", args=[session.public_id])).content.decode()

    assert "Zélie" in shown
    assert code in shown
    for hidden in ("Quatremer", "zquat", teacher.email, licence.school.name):
        assert hidden not in shown
    assert client.get(address("session_people", session)).status_code == 403
    assert (
        client.get(reverse("training:my_session", args=[SessionFactory().public_id])).status_code
        == 404
    )


@pytest.mark.parametrize("rows", [5, 40])
def test_the_adviser_s_lists_take_the_same_number_of_queries(
    client, adviser, rows, django_assert_max_num_queries
):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=100)
    for _n in range(rows - 1):
        SessionFactory(resource=licence.resource)
    for teacher in TeacherFactory.create_batch(rows, works_at=licence.school):
        enrolments.enrol(session=session, teacher=teacher)

    for page in (
        reverse("training:planning"),
        address("session_people", session),
        address("export_people", session),
    ):
        client.get(page)
        with django_assert_max_num_queries(12):
            assert client.get(page).status_code == 200
    client.force_login(session.trainers.get())
    for page in (
        reverse("training:my_sessions"),
        reverse("training:my_session", args=[session.public_id]),
    ):
        client.get(page)
        with django_assert_max_num_queries(12):
            assert client.get(page).status_code == 200


def test_the_list_is_filtered_and_says_where_people_lack(client, adviser):
    few, full = (
        SessionFactory(training__title_en="Quote"),
        SessionFactory(training__title_en="Draw", capacity=1),
    )
    licence = LicenceFactory(resource=full.resource)
    enrolments.enrol(session=full, teacher=TeacherFactory(works_at=licence.school))
    page = reverse("training:planning")

    everything = client.get(page).content.decode()
    assert everything.count("Few people") == 1
    assert "3 sessions" not in everything
    found = client.get(page, {"q": "quote"}).content.decode()
    assert few.public_id in found
    assert full.public_id not in found
    assert full.public_id in client.get(page, {"resource": full.resource.slug}).content.decode()
    assert "Nothing found" in client.get(page, {"q": "nothing like it"}).content.decode()
    for odd in ({"page": "x"}, {"when": "never"}, {"resource": "none"}, {"q": "%"}):
        assert client.get(page, odd).status_code == 200


def test_sessions_with_few_people_have_a_list_of_their_own(client, adviser):
    few = SessionFactory(training__title_en="Few", starts_at=in_a_week())
    SessionFactory(training__title_en="Later", starts_at=in_a_week() + datetime.timedelta(days=30))

    answer = client.get(reverse("training:planning"), {"when": "few"})

    assert [row.session for row in answer.context["rows"]] == [few]
