"""A session every week or every two weeks: planned, said in words, gone on with, moved along,
stopped.
"""

import datetime

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from courses.agenda.enums import WeeksBetween
from courses.agenda.queries import every_of, starts_every
from courses.agenda.values import PARIS, Hours
from tests.factories.catalogue import LicenceFactory
from tests.factories.mail import calendars_in
from tests.factories.markup import shows
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, TrainingFactory
from tests.factories.worker import run_worker, run_worker_after_the_pause
from training.models import Session
from training.services import enrolment as enrolments

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.at("2027-04-20T12:00")]

AN_HOUR = datetime.timedelta(hours=1)
MAY = datetime.datetime(2027, 5, 3, 17, tzinfo=PARIS)  # a Monday


@pytest.fixture
def planner(client):
    planner = PlannerFactory(language="en")
    client.force_login(planner)
    return planner


def mondays(count: int = 7, every: WeeksBetween = WeeksBetween.WEEK) -> Session:
    hours = [Hours(start, start + AN_HOUR) for start in starts_every(MAY, every, count)]
    return SessionFactory(hours=hours, every=every)


def address(name: str, session: Session, *more: str) -> str:
    return reverse(f"training:{name}", args=[session.public_id, *more])


def starts(session: Session) -> list[str]:
    return [
        f"{timezone.localtime(meeting.starts_at):%d/%m %H:%M}"
        for meeting in session.meetings.going_on()
    ]


def test_a_planner_plans_every_two_weeks_and_everybody_reads_it_in_words(client, planner):
    training = TrainingFactory()
    trainer = TrainerFactory(works_for=training.resource.provider)
    page = reverse("training:new_session") + f"?training={training.public_id}"
    dates = {
        "dates-TOTAL_FORMS": 1,
        "dates-INITIAL_FORMS": 0,
        "dates-0-day": "2027-05-03",
        "dates-0-hour": "17:00",
    }
    dates |= {"dates-0-minutes": 60, "dates-0-every": 2, "dates-0-times": 3}
    form = {
        "language": "en",
        "capacity": 12,
        "trainers": [trainer.pk],
        "open_to": "subscribers",
        "threshold_percent": 75,
        "note": "",
    }

    client.post(page, {**form, **dates, "step": "save"})

    session = Session.objects.get()
    assert starts(session) == ["03/05 17:00", "17/05 17:00", "31/05 17:00"]
    assert every_of(session.series) == WeeksBetween.TWO_WEEKS
    in_words = "Every second Monday at 17:00 until 31 May"
    client.post(address("open_session", session))
    for shown in (
        address("session_people", session),
        reverse("training:planning"),
        session.get_absolute_url(),
    ):
        assert in_words in client.get(shown).text


@pytest.mark.parametrize(
    ("leave_out", "held", "in_words"),
    [
        pytest.param(
            True,
            ["03/05 17:00", "31/05 17:00", "14/06 17:00"],
            "Every second Monday at 17:00 until 14 June, not on 17 May",
            id="Whit Monday is left out",
        ),
        pytest.param(
            False,
            ["03/05 17:00", "17/05 17:00", "31/05 17:00"],
            "Every second Monday at 17:00 until 31 May",
            id="as typed",
        ),
    ],
)
def test_a_new_series_leaves_out_days_off_on_wish(client, planner, leave_out, held, in_words):
    """As *More dates* does: as many dates, and the rhythm goes on after them."""
    training = TrainingFactory()
    page = reverse("training:new_session") + f"?training={training.public_id}"
    dates = {
        "dates-TOTAL_FORMS": 1,
        "dates-INITIAL_FORMS": 0,
        "dates-0-day": "2027-05-03",
        "dates-0-hour": "17:00",
        "dates-0-minutes": 60,
        "dates-0-every": 2,
        "dates-0-times": 3,
    } | ({"dates-0-leave_out_days_off": "on"} if leave_out else {})
    form = {
        "language": "en",
        "capacity": 12,
        "trainers": [TrainerFactory(works_for=training.resource.provider).pk],
        "open_to": "subscribers",
        "threshold_percent": 75,
    }
    preview = client.post(page, {**form, **dates, "step": "preview"}).text

    client.post(page, {**form, **dates, "step": "save"})

    session = Session.objects.get()
    assert starts(session) == held
    assert ("is a bank holiday." in preview) is not leave_out
    assert in_words in client.get(address("session_people", session)).text


def test_the_wish_about_days_off_is_kept_when_a_row_is_added(client, planner):
    training = TrainingFactory()
    page = reverse("training:new_session") + f"?training={training.public_id}"
    rows = {"dates-TOTAL_FORMS": 2, "dates-1-leave_out_days_off": "on", "step": "add"}

    fresh, more = client.get(page), client.post(page, rows)

    assert [row["leave_out_days_off"].value() for row in fresh.context["dates"]] == [True]
    wishes = [row["leave_out_days_off"].value() for row in more.context["dates"]]
    assert wishes == [False, True, True]


def test_a_series_of_days_off_alone_is_refused(client, planner):
    training = TrainingFactory()
    page = reverse("training:new_session") + f"?training={training.public_id}"
    sundays = {
        "dates-TOTAL_FORMS": 1,
        "dates-INITIAL_FORMS": 0,
        "dates-0-day": "2027-05-02",
        "dates-0-hour": "17:00",
        "dates-0-minutes": 60,
        "dates-0-times": 2,
        "dates-0-leave_out_days_off": "on",
        "step": "save",
    }

    answer = client.post(page, sundays)

    assert "Too many of these dates are days off." in answer.text
    assert not Session.objects.exists()


def test_rows_of_several_rhythms_are_listed_dates_without_a_rule(client, planner):
    training = TrainingFactory()
    trainer = TrainerFactory(works_for=training.resource.provider)
    page = reverse("training:new_session") + f"?training={training.public_id}"
    dates = {"dates-TOTAL_FORMS": 2, "dates-INITIAL_FORMS": 0}
    for row, day in enumerate(("2027-05-03", "2027-05-06")):
        dates |= {
            f"dates-{row}-day": day,
            f"dates-{row}-hour": "17:00",
            f"dates-{row}-minutes": 60,
            f"dates-{row}-times": 2,
        }
    form = {
        "language": "en",
        "capacity": 12,
        "trainers": [trainer.pk],
        "open_to": "subscribers",
        "threshold_percent": 75,
        "note": "",
    }

    client.post(page, {**form, **dates, "step": "save"})

    session = Session.objects.get()
    assert starts(session) == ["03/05 17:00", "06/05 17:00", "10/05 17:00", "13/05 17:00"]
    assert session.series.rule is None


def enrolled(session: Session):
    """A teacher with a seat, whose letters of enrolment have gone."""
    teacher = TeacherFactory(language="en")
    LicenceFactory(
        school=teacher.memberships.first().organisation, resource=session.training.resource
    )
    enrolments.enrol(session=session, teacher=teacher)
    run_worker()
    mail.outbox.clear()
    return teacher


def letters_to(person) -> list:
    run_worker_after_the_pause()
    return [
        letter for letter in mail.outbox if any(person.email in address for address in letter.to)
    ]


def test_three_more_dates_follow_the_rhythm_without_days_off_and_people_are_invited(
    client, planner
):
    session = mondays(count=2)
    teacher = enrolled(session)

    shown = client.get(address("go_on", session)).text
    client.post(
        address("go_on", session),
        {"count": 3, "leave_out_days_off": "on", "revision": session.revision, "step": "add"},
    )

    assert "Monday 24 May 2027" in shown
    # 17 May 2027 is Whit Monday.
    assert starts(session) == [
        "03/05 17:00",
        "10/05 17:00",
        "24/05 17:00",
        "31/05 17:00",
        "07/06 17:00",
    ]
    session.refresh_from_db()
    assert session.ends_at == session.meetings.last().ends_at
    (invitation,) = letters_to(teacher)
    assert invitation.subject.startswith("3 more dates for your calendar:")
    assert [told.method for told in calendars_in(invitation)] == ["REQUEST"] * 3
    assert (
        "Every Monday at 17:00 until 7 June, not on 17 May"
        in client.get(address("session_people", session)).text
    )
    assert session.enrolments.get().participations.count() == 5


def test_more_dates_posted_twice_are_added_once(client, planner):
    session = mondays(count=2)
    form = {"count": 2, "revision": session.revision, "step": "add"}

    client.post(address("go_on", session), form)
    again = client.post(address("go_on", session), form)

    assert again.status_code == 409
    assert len(starts(session)) == 4


def test_dates_without_a_rhythm_are_not_gone_on_with(client, planner):
    session = SessionFactory(hours=[Hours(MAY, MAY + AN_HOUR)])

    shown = client.get(address("go_on", session)).text
    client.post(
        address("go_on", session), {"count": 2, "revision": session.revision, "step": "add"}
    )

    assert "don’t follow a rhythm" in shown
    assert "More dates" not in client.get(address("session_people", session)).text
    assert len(starts(session)) == 1


def test_this_date_and_all_that_follow_move_to_another_hour_and_one_letter_says_so(client, planner):
    session = mondays(count=4)
    teacher = enrolled(session)
    third = session.meetings[2]
    page = address("move_following", session, third.public_id)
    form = {
        "day": "2027-05-17",
        "hour": "18:00",
        "minutes": 60,
        "reason": "",
        "revision": session.revision,
    }

    preview = client.post(page, {**form, "step": "preview"}).text
    assert starts(session)[2] == "17/05 17:00"
    client.post(page, {**form, "step": "move"})

    assert shows(preview, "2 calendars are brought up to date.")
    assert shows(preview, "Monday 24 May 2027, 18:00")
    assert starts(session) == ["03/05 17:00", "10/05 17:00", "17/05 18:00", "24/05 18:00"]
    session.series.refresh_from_db()
    assert session.series.start == MAY
    (letter,) = letters_to(teacher)
    assert letter.subject.startswith("New date:")
    assert (
        "All dates together: every Monday at 17:00 until 10 May, then every Monday at 18:00 until"
        " 24 May." in letter.body
    )
    assert [told.event["sequence"] for told in calendars_in(letter)] == [1, 1]


def test_a_session_stops_after_a_date_and_one_letter_names_those_that_are_off(client, planner):
    session = mondays(count=4)
    teacher = enrolled(session)
    second = session.meetings[1]
    page = address("stop_after", session, second.public_id)

    shown = client.get(page).text
    client.post(page, {"reason": "The programme is done.", "revision": session.revision})

    assert "Monday 17 May 2027" in shown
    assert starts(session) == ["03/05 17:00", "10/05 17:00"]
    session.refresh_from_db()
    assert session.ends_at == second.ends_at
    (letter,) = letters_to(teacher)
    assert letter.subject.startswith("2 dates less:")
    assert [told.method for told in calendars_in(letter)] == ["CANCEL"] * 2
    assert "The programme is done." in letter.body
    assert (
        "Every Monday at 17:00 until 10 May" in client.get(address("session_people", session)).text
    )

    more = client.get(address("go_on", session)).text
    assert "Monday 24 May 2027" in more, "the rhythm goes on behind the date it stopped with"


def test_nothing_stops_after_the_last_date(client, planner):
    session = mondays(count=2)
    page = address("stop_after", session, session.meetings[1].public_id)

    shown = client.get(page).text
    client.post(page, {"reason": "Enough.", "revision": session.revision})

    assert "No date to come follows" in shown
    assert len(starts(session)) == 2


def test_what_somebody_saved_meanwhile_is_shown_before_dates_are_cancelled(client, planner):
    session = mondays(count=3)
    page = address("stop_after", session, session.meetings[0].public_id)
    Session.objects.filter(pk=session.pk).update(revision=5)

    again = client.post(page, {"reason": "Enough.", "revision": session.revision})

    assert again.status_code == 409
    assert len(starts(session)) == 3
    assert "Enough." in again.text
