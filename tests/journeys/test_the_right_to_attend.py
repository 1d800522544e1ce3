"""Who may attend: by a licence on the days of the meetings, because a session is open to all
teachers or to some schools, or because a planner opened it to one person, with a reason.
"""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.agenda.values import PARIS, Hours
from courses.mail.documents import opened
from courses.mail.models import Letter
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.people import (
    OrganisationFactory,
    PersonFactory,
    PlannerFactory,
    TeacherFactory,
    TrainerFactory,
)
from tests.factories.training import SessionFactory
from tests.factories.worker import run_worker
from training.enums import EnrolmentState, Letters, OpenTo
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
from training.services import adviser_enrolment, session_dates, sessions, waiting_list
from training.services import enrolment as enrolments

# Wednesday noon, ten days before the session: a freed seat goes to the next person at once.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2026-11-25T12:00")]

NOW = datetime.datetime(2026, 11, 25, 12, tzinfo=PARIS)
START = datetime.datetime(2026, 12, 5, 17, tzinfo=PARIS)
DAY = datetime.timedelta(days=1)
CATALOGUE = "training:catalogue"
ENROLLED, WAITS, GONE = EnrolmentState.CONFIRMED, EnrolmentState.WAITING, EnrolmentState.CANCELLED


def address(name, session):
    return reverse(f"training:{name}", args=[session.public_id])


def a_session(**fields):
    return SessionFactory(starts_at=START, **fields)


def letters(teacher) -> list[str]:
    return list(Letter.objects.filter(to=teacher).order_by("pk").values_list("kind", flat=True))


def sent_to(teacher) -> str:
    """The text of the newest letter, on one line."""
    run_worker()
    newest = Letter.objects.filter(to=teacher).order_by("pk").last()
    return " ".join(opened(newest).text.split())


def states(session) -> list[str]:
    return list(session.enrolments.order_by("asked_at", "pk").values_list("state", flat=True))


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


# A quota per school


def two_schools(quota: int, **fields):
    """Licences of two schools for one resource, and a session with a quota for each."""
    resource = ResourceFactory()
    first, second = (LicenceFactory(resource=resource).school for _n in range(2))
    return a_session(resource=resource, school_quota=quota, **fields), first, second


def enrol_from(session, school):
    return enrolments.enrol(session=session, teacher=TeacherFactory(works_at=school, language="en"))


def test_a_school_has_as_many_seats_as_its_quota_and_others_pass():
    session, first, second = two_schools(1)

    given = [enrol_from(session, school) for school in (first, first, second)]

    assert [one.state for one in given] == [ENROLLED, WAITS, ENROLLED]


def test_a_freed_seat_goes_to_the_next_whose_school_may_have_one():
    session, first, second = two_schools(1, capacity=2)
    _one, other, waits, last = (
        enrol_from(session, school) for school in (first, second, first, second)
    )
    assert (waits.state, last.state) == (WAITS, WAITS)

    enrolments.cancel(enrolment=other, by=other.teacher)

    waits.refresh_from_db()
    last.refresh_from_db()
    assert (waits.state, last.state) == (WAITS, ENROLLED)


def test_the_tick_has_nothing_to_do_while_a_quota_holds_everybody():
    session, first, _second = two_schools(1)
    enrol_from(session, first)
    enrol_from(session, first)

    assert waiting_list.pass_on(NOW) == 0
    assert waiting_list.pass_on(START - datetime.timedelta(minutes=30)) == 0


def test_whoever_waits_because_of_a_quota_reads_so(client):
    session, first, _second = two_schools(1)
    enrol_from(session, first)
    waits = enrol_from(session, first)
    client.force_login(waits.teacher)
    said = "Your school has the 1 seat that a school can have in this session"

    page, mine = client.get(session.get_absolute_url()), client.get(reverse("training:mine"))

    assert said in page.text
    assert said in mine.text
    letter = sent_to(waits.teacher)
    assert said in letter
    assert "All seats" not in letter


def test_no_page_promises_a_free_seat_to_who_waits_because_of_a_quota(client):
    """Neither as a word beside the session nor as what happens in the last hour."""
    session, first, _second = two_schools(1)
    enrol_from(session, first)
    waits = enrol_from(session, first)
    client.force_login(waits.teacher)

    for page in (session.get_absolute_url(), reverse("training:mine"), reverse(CATALOGUE)):
        text = client.get(page).text
        assert "No seat left for your school, you wait: number 1" in text
        assert "first answer wins" not in text
    letter = sent_to(waits.teacher)
    assert "first answer wins" not in letter
    assert "Until then a free seat goes to people of other schools, in the last hour" in letter


def test_in_the_last_hour_who_waits_because_of_a_quota_is_not_told_again():
    session, first, second = two_schools(1, capacity=2)
    seated, other = enrol_from(session, first), enrol_from(session, second)
    waits = enrol_from(session, first)
    last_hour = START - datetime.timedelta(minutes=50)
    enrolments.cancel(enrolment=seated, by=seated.teacher, now=last_hour)
    assert letters(waits.teacher).count(Letters.LAST_HOUR) == 1
    enrol_from_now = {"session": session, "now": last_hour}
    enrolments.enrol(teacher=TeacherFactory(works_at=first), **enrol_from_now)

    enrolments.cancel(enrolment=other, by=other.teacher, now=last_hour)

    assert letters(waits.teacher).count(Letters.LAST_HOUR) == 1


def test_a_teacher_of_a_school_at_its_quota_is_told_before_pressing(client):
    session, first, second = two_schools(1)
    enrol_from(session, first)
    client.force_login(TeacherFactory(works_at=first, language="en"))

    page = client.get(session.get_absolute_url()).text

    assert "The 1 seat for your school is taken" in page
    assert "Join the waiting list" in page
    for text in (page, client.get(reverse(CATALOGUE)).text):
        assert "No seat left for your school" in text
        assert "19 seats left" not in text
    client.force_login(TeacherFactory(works_at=second, language="en"))
    assert "19 seats left" in client.get(reverse(CATALOGUE)).text


def test_a_larger_quota_seats_those_who_wait():
    session, first, _second = two_schools(1)
    enrol_from(session, first)
    waits = enrol_from(session, first)

    sessions.edit(
        session=session,
        revision=0,
        by=PlannerFactory(),
        capacity=20,
        trainers=list(session.trainers.all()),
        language="fr",
        threshold_percent=75,
        note="",
        audience=Audience(school_quota=2),
    )

    waits.refresh_from_db()
    assert waits.state == ENROLLED


def test_a_planner_reads_that_a_school_is_at_its_quota_and_may_go_beyond(client):
    session, first, _second = two_schools(1)
    enrol_from(session, first)
    teacher = TeacherFactory(works_at=first)
    client.force_login(PlannerFactory())

    page = client.get(address("enrol_somebody", session), {"teacher": teacher.public_id}).text
    client.post(
        address("enrol_somebody", session), {"teacher": teacher.public_id, "reason": "Agreed"}
    )

    assert "The school has the 1 seat that a school can have: this would be one more." in page
    assert states(session) == [ENROLLED, ENROLLED]


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
