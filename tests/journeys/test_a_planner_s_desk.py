"""A planner copies a session, enrols a team at once, sorts and takes along the list of sessions."""

import csv
import datetime
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from schedule.models import Occurrence

from courses.agenda.queries import every_of, further_dates
from courses.agenda.values import PARIS, Hours
from tests.factories.markup import shows
from tests.factories.people import PlannerFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, TrainingFactory
from training.models import Enrolment, EnrolmentStep, Session
from training.services import enrolment as seats
from training.services import rooms, session_dates, sessions
from training.values import RoomFields
from training.views.planning_due import due_for_planner

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-25T12:00")]

HOUR, WEEK = datetime.timedelta(hours=1), datetime.timedelta(weeks=1)


def at(day: int, month: int = 12, hour: int = 17) -> datetime.datetime:
    return datetime.datetime(2026, month, day, hour, tzinfo=PARIS)


@pytest.fixture
def planner(client):
    planner = PlannerFactory(language="en")
    client.force_login(planner)
    return planner


@pytest.fixture
def session(licence):
    trainer = TrainerFactory(works_for=licence.resource.provider)
    return SessionFactory(resource=licence.resource, starts_at=at(2), led_by=trainer, capacity=2)


def named(name: str, session) -> str:
    return reverse(f"training:{name}", args=[session.public_id])


# A copy


def test_a_session_is_copied_whole_weeks_later_with_all_but_its_people(client, planner, session):
    session.threshold_percent, session.note = 80, "Apportez un casque."
    session.save()
    page = client.get(named("session_people", session)).text
    query = {"training": session.training.public_id, "copy": session.public_id}
    form = client.get(reverse("training:new_session"), query).text

    assert f"?training={session.training.public_id}&amp;copy={session.public_id}" in page
    assert 'value="2026-12-09"' in form
    assert 'value="17:00"' in form
    assert 'value="90"' in form
    assert 'value="80"' in form
    assert "Apportez un casque." in form
    (trainer,) = session.trainers.all()
    assert shows(form, f'value="{trainer.pk}" id="id_trainers_0" checked')


def test_the_copy_of_a_session_that_is_over_begins_after_today(client, planner, licence):
    first = at(6, month=10)
    hours = [Hours(first + n * WEEK, first + n * WEEK + HOUR) for n in range(2)]
    past = SessionFactory(resource=licence.resource, hours=hours)
    query = {"training": past.training.public_id, "copy": past.public_id}
    form = client.get(reverse("training:new_session"), query).text

    assert 'value="2026-12-01"' in form  # a Tuesday, as 6 October
    assert 'value="2026-12-08"' not in form  # the second date of the same row
    assert form.count('value="17:00"') == 1
    assert 'name="dates-0-times" value="2"' in form


@pytest.mark.parametrize("weeks", [1, 2])
def test_the_copy_of_a_series_keeps_its_rhythm(client, planner, licence, weeks):
    hours = [Hours(at(2) + n * weeks * WEEK, at(2) + n * weeks * WEEK + HOUR) for n in range(4)]
    source = series_of(licence, hours, every=weeks)

    copy = copied(client, source)

    assert [one.starts_at for one in copy.meetings] == [at(9) + n * weeks * WEEK for n in range(4)]
    assert further_dates(copy.series, copy.meetings, count=1, after=at(1))


def test_the_copy_of_dates_without_a_rhythm_has_a_row_each(client, planner, licence):
    starts = [at(2), at(9), at(16) + HOUR]
    source = series_of(licence, [Hours(one, one + HOUR) for one in starts])

    copy = copied(client, source)

    assert [one.starts_at for one in copy.meetings] == [one + WEEK for one in starts]


def test_the_copy_of_a_series_says_its_days_off_before_it_is_saved(client, planner, licence):
    """Copied as it was: 24 and 31 December are kept, and said."""
    hours = [Hours(one, one + HOUR) for one in (at(3) + n * WEEK for n in range(4))]
    source = series_of(licence, hours, every=1)
    query = {"training": source.training.public_id, "copy": source.public_id}
    form = client.get(reverse("training:new_session"), query).text
    nothing_off = client.get(
        reverse("training:new_session"), {"training": source.training.public_id}
    )

    assert "Days without class" in form
    assert "Thursday 24 December 2026 is in the school holidays." in form
    assert "Thursday 31 December 2026 is in the school holidays." in form
    assert "Thursday 17 December is" not in form
    assert "Days without class" not in nothing_off.text


def test_the_copy_of_a_series_that_left_out_days_off_leaves_them_out(client, planner, licence):
    """Weekly but for 24 and 31 December: a series again, not a row for each date."""
    starts = [at(10), at(17), at(17) + 3 * WEEK, at(17) + 4 * WEEK]
    source = series_of(licence, [Hours(one, one + HOUR) for one in starts], every=1)
    query = {"training": source.training.public_id, "copy": source.public_id}
    page = client.get(reverse("training:new_session"), query)

    copy = copied(client, source)

    (row,) = page.context["dates"]
    assert (row["times"].value(), row["leave_out_days_off"].value()) == (4, True)
    assert "Days without class" not in page.text
    assert [one.starts_at for one in copy.meetings] == [*starts[1:], starts[-1] + WEEK]
    assert every_of(copy.series) == 1


def test_the_copy_of_a_series_with_a_cancelled_date_leaves_no_days_off_out(
    client, planner, licence
):
    hours = [Hours(one, one + HOUR) for one in (at(1) + n * WEEK for n in range(4))]
    source = series_of(licence, hours, every=1)
    Occurrence.objects.filter(meeting=source.meetings[1]).update(cancelled=True)

    copy = copied(client, source)

    assert [one.starts_at for one in copy.meetings] == [at(8), at(22), at(29)]


def test_the_copy_takes_the_room_of_all_dates_along_and_says_so(client, planner, session):
    """Rooms of single dates, and of another provider's session, stay behind: that is said, too."""
    zoom = {"address": "https://zoom.example/1", "tool": "Zoom", "learns": "Votre nom"}
    fields = RoomFields(**zoom, plan_b_words="02 00 00 00 00")
    for meeting in (None, session.meetings[0]):
        rooms.set_room(session=session, meeting=meeting, fields=fields, by=planner)
    other = TrainingFactory()
    query = {"copy": session.public_id}
    new = reverse("training:new_session")

    mine = client.get(new, query | {"training": session.training.public_id}).text
    foreign = client.get(new, query | {"training": other.public_id}).text
    copy = copied(client, session)

    assert "Its room is taken along" in mine
    assert "Rooms of single dates aren’t." in mine
    assert "Its rooms aren’t taken along" in foreign
    (plan,) = copy.room_plans.all()
    assert (plan.meeting, plan.address, plan.tool) == (None, zoom["address"], "Zoom")
    assert plan.plan_b_words == "02 00 00 00 00"


def series_of(licence, hours, **fields) -> Session:
    trainer = TrainerFactory(works_for=licence.resource.provider)
    return SessionFactory(resource=licence.resource, hours=hours, led_by=trainer, **fields)


def copied(client, source) -> Session:
    """As a planner sends the form of a copy on without a change."""
    address = (
        f"{reverse('training:new_session')}?training={source.training.public_id}"
        f"&copy={source.public_id}"
    )
    page = client.get(address)
    form, dates = page.context["form"], page.context["dates"]
    sent = {field.html_name: field.value() for bound in (form, *dates) for field in bound}
    sent |= {field.html_name: field.value() for field in dates.management_form}
    sent = {name: "" if value is None else value for name, value in sent.items()}
    sent["trainers"] = [trainer.pk for trainer in source.trainers.all()]
    for row in dates:
        sent[f"{row.prefix}-hour"] = f"{row['hour'].value():%H:%M}"
    assert f"&amp;copy={source.public_id}" in page.text
    client.post(address, sent | {"step": "save"})
    return Session.objects.exclude(pk=source.pk).latest("pk")


def test_a_copy_of_what_is_not_there_is_404(client, planner, session):
    query = {"training": session.training.public_id, "copy": "nothing"}
    assert client.get(reverse("training:new_session"), query).status_code == 404


# A team


def test_a_team_is_enrolled_by_logins_and_addresses_and_each_outcome_is_said(
    client, planner, session, licence
):
    first, second, third = TeacherFactory.create_batch(3, works_at=licence.school)
    here, elsewhere = TeacherFactory(works_at=licence.school), TeacherFactory()
    session.capacity = 3
    session.save()
    seats.enrol(session=session, teacher=here)
    people = (
        f"{first.login}, {second.email.upper()}\n{third.login};nobody.here\n"
        f"{elsewhere.login} {here.login} {first.email}"
    )
    page = client.post(named("enrol_team", session), {"people": people, "reason": "Équipe"}).text

    assert set(session.enrolments.holding_a_seat().values_list("teacher", flat=True)) == {
        here.pk,
        first.pk,
        second.pk,
    }
    assert session.enrolments.waiting().get().teacher == third
    assert "Settled: 5 of 7" in page
    assert page.count("Has a seat") == 2
    assert page.count("In the waiting list") == 1
    assert page.count("Enrolled or waiting already") == 2
    assert "No teacher has this login or email address today." in page
    assert f"{elsewhere.display_name}: " in page
    assert shows(page, f"\nnobody.here\n{elsewhere.login}</textarea>")
    assert set(EnrolmentStep.objects.filter(by=planner).values_list("reason", flat=True)) == {
        "Équipe"
    }


def test_a_team_posted_twice_is_enrolled_once(client, planner, session, licence):
    teacher = TeacherFactory(works_at=licence.school)
    sent = {"people": teacher.login, "reason": "Équipe"}
    client.post(named("enrol_team", session), sent)
    again = client.post(named("enrol_team", session), sent).text

    assert Enrolment.objects.count() == 1
    assert "Settled: 1 of 1" in again


def test_a_seat_beyond_the_quota_of_the_school_is_said(client, planner, session, licence):
    session.school_quota = 1
    session.save()
    first, second = TeacherFactory.create_batch(2, works_at=licence.school)
    people = {"people": f"{first.login}\n{second.login}", "reason": "Agreed"}

    outcomes = client.post(named("enrol_team", session), people).context["outcomes"]

    said = f"{licence.school} has 2 seats with this one: a school can have 1 seat."
    assert [one.why for one in outcomes] == ["", said]


@pytest.mark.parametrize("state", ["draft", "cancelled"])
def test_nobody_types_a_team_for_a_session_that_is_not_open(client, planner, session, state):
    session.state, session.cancel_reason = state, "Grève"
    session.save()

    page = client.get(named("enrol_team", session)).text

    assert 'name="people"' not in page
    assert "notice is-warn" in page


def test_too_many_names_or_no_reason_enrol_nobody_and_lose_nothing(client, planner, session):
    names = "\n".join(f"prof.{n}" for n in range(61))
    page = client.post(named("enrol_team", session), {"people": names, "reason": "Équipe"}).text
    without = client.post(named("enrol_team", session), {"people": "prof.1", "reason": ""}).text

    assert "At most 60 at once: here are 61." in page
    assert "prof.60" in page
    assert "prof.1" in without
    assert not Enrolment.objects.exists()


# The list


def test_the_list_is_sorted_and_narrowed_by_days(client, planner, licence):
    def planned(title, day, capacity):
        made = SessionFactory(resource=licence.resource, starts_at=at(day), capacity=capacity)
        made.training.title_en = title
        made.training.save()

    for title, day, capacity in (("Beta", 3, 5), ("Alpha", 10, 9), ("Gamma", 17, 2)):
        planned(title, day, capacity)

    def titles(**query):
        page = client.get(reverse("training:planning"), query).text
        return sorted(("Alpha", "Beta", "Gamma"), key=lambda one: page.find(one) % 10**7), page

    assert titles()[0] == ["Beta", "Alpha", "Gamma"]
    assert titles(sort="title")[0] == ["Alpha", "Beta", "Gamma"]
    assert titles(sort="emptiest")[0] == ["Alpha", "Beta", "Gamma"]
    _order, page = titles(since="2026-12-04", until="2026-12-10")
    assert ("Alpha" in page, "Beta" in page, "Gamma" in page) == (True, False, False)
    assert "Alpha" in titles(since="2026-12-99")[1]  # a filter that makes no sense is left out


@pytest.mark.parametrize(
    ("since", "until", "is_found"),
    [("07", "07", True), ("08", "13", False), ("14", "14", False), ("21", "21", True)],
)
def test_days_find_a_series_by_its_dates_as_the_catalogue_does(
    client, planner, licence, since, until, is_found
):
    """Three Mondays, of which the second is cancelled."""
    hours = [Hours(at(day), at(day) + HOUR) for day in (7, 14, 21)]
    series = SessionFactory(resource=licence.resource, hours=hours, training__title_en="Mondays")
    second = series.meetings.in_time_order()[1]
    session_dates.cancel_meeting(session=series, meeting=second, by=planner, reason="Ill")
    days = {"since": f"2026-12-{since}", "until": f"2026-12-{until}"}

    rows = client.get(reverse("training:planning"), days).context["rows"]
    file = client.get(reverse("training:export_sessions"), days).content.decode("utf-8-sig")
    groups = client.get(reverse("training:catalogue"), days).context["groups"]

    assert bool(list(rows)) is is_found
    assert ("Mondays" in file) is is_found
    assert bool([row for group in groups for row in group["rows"]]) is is_found


def test_days_find_a_cancelled_session_by_the_dates_that_it_had(client, planner, session):
    sessions.cancel(session=session, by=planner, reason="Ill")

    found = [
        client.get(
            reverse("training:planning"), {"when": "cancelled", "since": day, "until": day}
        ).context["rows"]
        for day in ("2026-12-01", "2026-12-02")
    ]

    assert [[row.session for row in rows] for rows in found] == [[], [session]]


def test_as_many_drafts_are_named_as_their_list_has(client, planner):
    for day in (3, 10):
        SessionFactory(starts_at=at(day), state="draft")
    SessionFactory(starts_at=at(10, month=11), state="draft")  # its date went by unopened

    said = [str(item.title) for item in due_for_planner(planner, timezone.now())]
    rows = client.get(reverse("training:planning"), {"when": "draft"}).context["rows"]

    assert "3 sessions are still drafts" in said
    assert len(rows) == 3


@pytest.mark.parametrize(
    ("months", "sentence"),
    [
        ([12], "Nobody can enrol until they are opened."),
        ([12, 11], "Those whose dates are over can’t be opened: copy or delete them."),
        ([11], "Those whose dates are over can’t be opened: copy or delete them."),
    ],
)
def test_drafts_whose_dates_are_over_are_copied_or_deleted(client, planner, months, sentence):
    drafts = [SessionFactory(starts_at=at(10, month=month), state="draft") for month in months]

    said = [str(item.text) for item in due_for_planner(planner, timezone.now())]
    page = client.get(named("session_people", drafts[-1])).text

    assert sentence in said
    assert named("delete_draft", drafts[-1]) in page
    assert f"copy={drafts[-1].public_id}" in page


@pytest.mark.parametrize("when", ["to-come", "few"])
def test_the_list_and_its_file_are_narrowed_by_provider_and_training(client, planner, when):
    soon = timezone.now() + datetime.timedelta(days=5)
    own, other = (
        SessionFactory(starts_at=soon, training__title_en=title) for title in ("Own", "Other")
    )
    of_one_training = SessionFactory(
        starts_at=soon, training__title_en="Second", resource=own.resource
    )

    def found(**query) -> set[str]:
        asked = query | {"when": when}
        rows = client.get(reverse("training:planning"), asked).context["rows"]
        file = client.get(reverse("training:export_sessions"), asked).content.decode("utf-8-sig")
        lines = list(csv.reader(io.StringIO(file), delimiter=";"))[1:]
        assert [row.session.title for row in rows] == [line[0] for line in lines]
        return {line[0] for line in lines}

    provider = own.resource.provider.public_id
    assert found() == {"Own", "Other", "Second"}
    assert found(provider=provider) == {"Own", "Second"}
    assert found(provider=provider, training=of_one_training.training.public_id) == {"Second"}
    assert found(training=other.training.public_id) == {"Other"}
    assert found(provider="nobody") == {"Own", "Other", "Second"}


@pytest.mark.parametrize("days", [{"until": "9999-12-31"}, {"since": "0001-01-01"}])
def test_days_that_no_calendar_has_are_left_out(client, planner, session, days):
    for page in ("planning", "export_sessions"):
        answer = client.get(reverse(f"training:{page}"), days)

        assert answer.status_code == 200
        assert session.title in answer.content.decode("utf-8-sig")


@pytest.mark.parametrize("asked", ["éducation", "education", "EDUCATION hélène", "helene"])
def test_the_search_finds_with_and_without_accents_as_the_catalogue_does(client, planner, asked):
    trainer = TrainerFactory(given_name="Hélène")
    training = TrainingFactory(title_fr="Éducation aux médias", title_en="Éducation")
    SessionFactory(training=training, led_by=trainer)
    SessionFactory(training=TrainingFactory(title_fr="Autre", title_en="Another"))

    page = client.get(reverse("training:planning"), {"q": asked}).text

    assert training.title_en in page
    assert "Another" not in page


def test_the_list_is_taken_along_as_it_is_filtered(client, planner, session, licence):
    seats.enrol(session=session, teacher=TeacherFactory(works_at=licence.school))
    SessionFactory(starts_at=timezone.now() + 5 * WEEK)
    query = {"until": "2026-12-10"}
    page = client.get(reverse("training:planning"), query).text
    file = client.get(reverse("training:export_sessions"), query)
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))

    assert f"{reverse('training:export_sessions')}?until=2026-12-10" in page
    assert len(rows) == 2
    assert rows[1][:8] == [
        session.title,
        session.resource.name,
        "French",
        "02/12/2026 17:00",
        "1",
        "2",
        "1",
        "0",
    ]
