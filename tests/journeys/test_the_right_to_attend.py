"""Who may attend: by a licence on the days of the meetings, because a session is open to all
teachers or to some schools, or because a planner opened it to one person, with a reason.
"""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.agenda.values import PARIS, Hours
from tests.factories.audiences import (
    ENROLLED,
    GONE,
    NOW,
    START,
    a_session,
    address,
    letters,
    sent_to,
    states,
)
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.people import (
    OrganisationFactory,
    PersonFactory,
    PlannerFactory,
    TeacherFactory,
    TrainerFactory,
)
from tests.factories.training import SessionFactory
from training.enums import Letters, OpenTo
from training.exceptions import (
    ForOtherSchools,
    LicenceEndsBefore,
    NoDateToEnter,
    NoLicence,
    NoSchool,
    PeopleLeftOut,
)
from training.models import Enrolment, EnrolmentStep, Session
from training.queries.catalogue import CatalogueFilter, sessions_with_entitlement_for
from training.queries.rights import Audience, rights_of, rights_of_all
from training.services import adviser_enrolment, session_dates, sessions
from training.services import enrolment as enrolments

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-25T12:00")]


DAY = datetime.timedelta(days=1)


# One person, all the same


def test_a_planner_opens_a_session_to_one_person_with_a_reason(client):
    session, teacher = a_session(), TeacherFactory(language="en")
    client.force_login(PlannerFactory())
    page = client.get(address("enrol_somebody", session), {"teacher": teacher.public_id}).text
    assert "has no subscription to" in page
    assert "Enrol all the same" in page

    answer = client.post(
        address("enrol_somebody", session),
        {"teacher": teacher.public_id, "reason": "Trains colleagues", "all_the_same": "True"},
        follow=True,
    )

    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.is_admitted) == (ENROLLED, True)
    assert enrolment.school == teacher.memberships.get().organisation
    assert "Opened to this person all the same" in answer.text
    assert "has no subscription to" in answer.text
    assert "Trains colleagues" in answer.text
    assert letters(teacher) == [Letters.SEAT_CONFIRMED]


def test_the_person_is_told_why_the_session_is_open_to_them_without_blame():
    session, teacher = a_session(), TeacherFactory(language="en")
    adviser_enrolment.enrol_by_adviser(
        session=session,
        teacher=teacher,
        by=PlannerFactory(),
        reason="Trains colleagues",
        all_the_same=True,
    )

    text = sent_to(teacher)
    assert (
        "A training planner has opened this session to you. Their reason: “Trains colleagues”"
        in text
    )
    assert "subscription" not in text


def test_without_all_the_same_the_right_is_asked(client):
    session, teacher = a_session(), TeacherFactory()
    client.force_login(PlannerFactory())

    client.post(
        address("enrol_somebody", session), {"teacher": teacher.public_id, "reason": "Because"}
    )

    assert not Enrolment.objects.exists()


def test_a_reason_is_needed(client):
    session, teacher = a_session(), TeacherFactory()
    client.force_login(PlannerFactory())

    client.post(
        address("enrol_somebody", session),
        {"teacher": teacher.public_id, "reason": " ", "all_the_same": "True"},
    )

    assert not Enrolment.objects.exists()


def test_a_teacher_can_t_open_a_session_to_oneself_by_hand(client):
    session, teacher = a_session(), TeacherFactory()
    client.force_login(teacher)

    client.post(address("enrol", session), {"all_the_same": "True", "reason": "Please"})
    answer = client.post(
        address("enrol_somebody", session),
        {"teacher": teacher.public_id, "reason": "Please", "all_the_same": "True"},
    )

    assert answer.status_code == 403
    assert not Enrolment.objects.exists()


def test_neither_the_clock_nor_a_missing_school_gives_way():
    session, planner = a_session(), PlannerFactory()
    everybody = {"session": session, "by": planner, "reason": "Why", "all_the_same": True}

    with pytest.raises(NoDateToEnter):
        adviser_enrolment.enrol_by_adviser(**everybody, teacher=TeacherFactory(), now=START)
    with pytest.raises(NoSchool):
        adviser_enrolment.enrol_by_adviser(**everybody, teacher=PersonFactory())


def test_who_was_let_in_is_seated_from_the_waiting_list_without_being_asked_again():
    licence = LicenceFactory()
    session = a_session(resource=licence.resource, capacity=1)
    first = enrolments.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    guest = adviser_enrolment.enrol_by_adviser(
        session=session,
        teacher=TeacherFactory(),
        by=PlannerFactory(),
        reason="Trains colleagues",
        all_the_same=True,
    )
    assert guest.is_waiting

    enrolments.cancel(enrolment=first, by=first.teacher)

    assert states(session) == [GONE, ENROLLED]


def test_a_place_is_kept_all_the_same_after_the_licence_was_cut_short(client):
    licence = LicenceFactory()
    session = a_session(resource=licence.resource)
    enrolment = enrolments.enrol(
        session=session, teacher=TeacherFactory(works_at=licence.school, language="en")
    )
    licence.until = START.date() - DAY
    licence.save()
    client.force_login(PlannerFactory())
    there = {"teacher": enrolment.teacher.public_id}
    assert (
        "Keep their place all the same"
        in client.get(address("enrol_somebody", session), there).text
    )

    answer = client.post(
        address("enrol_somebody", session),
        {**there, "reason": "Promised", "all_the_same": "True"},
        follow=True,
    )

    assert "keeps the seat, and is told." in answer.text
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.is_admitted) == (ENROLLED, True)
    assert letters(enrolment.teacher) == [Letters.SEAT_CONFIRMED, Letters.ADMITTED]
    client.force_login(enrolment.teacher)
    assert "before the last meeting" not in client.get(session.get_absolute_url()).text
    assert "before the last meeting" not in client.get(reverse("training:mine")).text


def test_pressing_twice_keeps_one_line_of_history():
    session, planner, teacher = a_session(), PlannerFactory(), TeacherFactory()
    for _press in range(2):
        adviser_enrolment.enrol_by_adviser(
            session=session, teacher=teacher, by=planner, reason="Why", all_the_same=True
        )

    assert EnrolmentStep.objects.count() == 1


# All teachers, some schools


def test_a_session_for_all_teachers_asks_for_no_licence(client):
    session, teacher = a_session(open_to=OpenTo.EVERYONE), TeacherFactory(language="en")
    client.force_login(teacher)

    page = client.get(session.get_absolute_url())
    client.post(address("enrol", session))

    assert "open to all teachers, with or without a subscription" in page.text
    assert states(session) == [ENROLLED]


def test_a_session_for_some_schools_is_for_these_alone(client):
    theirs, other = OrganisationFactory(), OrganisationFactory()
    licence = LicenceFactory(school=other)
    session = a_session(resource=licence.resource, open_to=OpenTo.SCHOOLS, for_schools=[theirs])

    assert enrolments.enrol(session=session, teacher=TeacherFactory(works_at=theirs)).is_confirmed
    with pytest.raises(ForOtherSchools):
        enrolments.enrol(session=session, teacher=TeacherFactory(works_at=other))
    with pytest.raises(NoSchool):
        enrolments.enrol(session=session, teacher=PersonFactory())


@pytest.mark.parametrize("open_to", OpenTo.values)
def test_catalogue_page_and_enrolment_ask_the_one_rule(client, open_to):
    school, licence = OrganisationFactory(), LicenceFactory()
    session = a_session(resource=licence.resource, open_to=open_to, for_schools=[school])
    for teacher in (
        TeacherFactory(works_at=school, language="en"),
        TeacherFactory(works_at=licence.school, language="en"),
        TeacherFactory(language="en"),
    ):
        client.force_login(teacher)
        in_catalogue = sessions_with_entitlement_for(teacher, CatalogueFilter(), now=NOW).for_me
        on_page = "Why you can’t enrol" not in client.get(session.get_absolute_url()).text
        in_list = "Not open to you" not in client.get(reverse("training:catalogue")).text
        client.post(address("enrol", session))

        enrolled = session.enrolments.filter(teacher=teacher).exists()
        assert (session.pk in in_catalogue, on_page, in_list) == (enrolled,) * 3
        assert (
            rights_of_all(type(teacher).objects.filter(pk=teacher.pk))[teacher.pk].cover(session)
            == enrolled
        )


def test_the_catalogue_costs_the_same_with_many_sessions_for_some_schools():
    school, resource = OrganisationFactory(), ResourceFactory()
    teacher = TeacherFactory(works_at=school)

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = sessions_with_entitlement_for(teacher, CatalogueFilter(), now=NOW)
            found.lines(found.keys)
        return len(queries)

    for _n in range(2):
        a_session(resource=resource, open_to=OpenTo.SCHOOLS, for_schools=[school])
    cost()  # the roles of the person are read once
    few = cost()
    for _n in range(4):
        a_session(resource=resource, open_to=OpenTo.SCHOOLS, for_schools=[school])

    assert cost() == few


def test_a_planner_says_in_the_form_whom_a_session_is_for(client):
    session, school = a_session(), OrganisationFactory(uai="0800001A")
    client.force_login(PlannerFactory())
    form = {
        "language": session.language,
        "capacity": session.capacity,
        "trainers": [trainer.pk for trainer in session.trainers.all()],
        "threshold_percent": session.threshold_percent,
        "note": "",
        "open_to": "schools",
        "school_quota": 3,
    }

    nameless = client.post(address("edit_session", session), {**form, "schools": "", "revision": 0})
    unknown = client.post(
        address("edit_session", session), {**form, "schools": "9999999Z", "revision": 0}
    )
    client.post(address("edit_session", session), {**form, "schools": "0800001a", "revision": 0})

    assert "Name the schools, one a line." in nameless.text
    assert "9999999Z" in unknown.text
    session.refresh_from_db()
    assert (session.open_to, session.school_quota) == (OpenTo.SCHOOLS, 3)
    assert list(session.schools.all()) == [school]
    assert "0800001A" in client.get(address("edit_session", session)).text


def test_nobody_enrolled_is_left_out_by_a_narrower_audience():
    session = a_session(open_to=OpenTo.EVERYONE)
    enrolments.enrol(session=session, teacher=TeacherFactory())
    as_it_is = {
        "session": session,
        "revision": 0,
        "by": PlannerFactory(),
        "capacity": 20,
        "trainers": list(session.trainers.all()),
        "language": "fr",
        "threshold_percent": 75,
        "note": "",
    }

    with pytest.raises(PeopleLeftOut):
        sessions.edit(**as_it_is, audience=Audience(OpenTo.SUBSCRIBERS))

    session.refresh_from_db()
    assert session.open_to == OpenTo.EVERYONE


# The days of the meetings


def series_of(*days: datetime.date, **fields):
    starts = [datetime.datetime.combine(day, datetime.time(17), PARIS) for day in days]
    return SessionFactory(
        hours=[Hours(start, start + datetime.timedelta(hours=1)) for start in starts], **fields
    )


FIRST, SECOND = datetime.date(2026, 12, 10), datetime.date(2027, 1, 21)


def test_the_right_is_asked_for_the_day_of_each_meeting():
    """A subscription that is renewed late, between two meetings, opens both."""
    licence = LicenceFactory(until=datetime.date(2026, 12, 31))
    LicenceFactory(
        resource=licence.resource, school=licence.school, since=datetime.date(2027, 1, 15)
    )
    teacher = TeacherFactory(works_at=licence.school)

    both = series_of(FIRST, SECOND, resource=licence.resource)
    between = series_of(FIRST, datetime.date(2027, 1, 7), SECOND, resource=licence.resource)

    assert enrolments.enrol(session=both, teacher=teacher).is_confirmed
    with pytest.raises(LicenceEndsBefore):
        enrolments.enrol(session=between, teacher=teacher)


def test_a_cancelled_date_is_no_day_of_the_session():
    session = series_of(FIRST, SECOND)
    meeting = list(session.meetings)[1]

    session_dates.cancel_meeting(
        session=session, meeting=meeting, revision=0, by=PlannerFactory(), reason="Ill"
    )

    session.refresh_from_db()
    assert session.days == (FIRST,)


def test_a_planned_session_keeps_the_days_of_its_meetings():
    other = series_of(FIRST)
    start = datetime.datetime(2026, 12, 31, 23, 30, tzinfo=PARIS)
    session = sessions.plan(
        training=other.training,
        language="fr",
        capacity=3,
        hours=[Hours(start, start + datetime.timedelta(hours=1))],
        trainers=[TrainerFactory(works_for=other.training.resource.provider)],
        by=PlannerFactory(),
    )

    assert session.meeting_days == ["2026-12-31"]
    assert Session.objects.get(pk=session.pk).days == (datetime.date(2026, 12, 31),)


def test_a_teacher_in_two_schools_is_counted_in_the_one_that_subscribes():
    """Eligible through the subscribing school, which is named."""
    licence = LicenceFactory()
    session = a_session(resource=licence.resource, open_to=OpenTo.EVERYONE)
    teacher = TeacherFactory(works_at=[OrganisationFactory(name="A"), licence.school])

    assert rights_of(teacher).of(session)[0].school == licence.school
    with pytest.raises(NoLicence):
        enrolments.enrol(session=a_session(), teacher=teacher)
