"""The catalogue, open to anyone: words, filters, order, months."""

import datetime
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from cms.guidance.queries.search import find
from cms.guidance.services import search
from courses.agenda.values import Hours
from courses.people.models import Person
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.markup import shows
from tests.factories.people import PlannerFactory, SubjectFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory, TrainingFactory, in_a_week
from tests.factories.worker import run_worker
from training.enums import EnrolmentState, SessionState
from training.models import Enrolment, SessionChange
from training.services import enrolment as enrolments

pytestmark = pytest.mark.django_db

CATALOGUE, MONTH, MINE = "training:catalogue", "training:catalogue_month", "training:mine"


def titles(answer) -> list[str]:
    """The rows of the page, in order."""
    return [row.session.title for group in answer.context["groups"] for row in group["rows"]]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        pytest.param("evaluation", True, id="without the accent"),
        pytest.param("ÉVALUATION", True, id="in capitals"),
        pytest.param("encyclopedie eval", True, id="two words, from resource and title"),
        pytest.param("œuvre", True, id="a ligature in the summary"),
        pytest.param("oeuvre", True, id="the ligature written out"),
        pytest.param("assessment", True, id="the other language's title"),
        pytest.param("l'evaluation", True, id="the other apostrophe"),
        pytest.param("evaluations", True, id="in the plural"),
        pytest.param("evaluatoin", True, id="with a slip"),
        pytest.param("oevre", True, id="a ligature with a slip"),
        pytest.param("noter", True, id="the verb of a noun in the summary"),
        pytest.param("l’évaluation d’une œuvre", True, id="articles say nothing"),
        pytest.param("chercher", True, id="a goal"),
        pytest.param("histoire", True, id="a subject"),
        pytest.param("madmagz", False, id="another resource"),
        pytest.param("evaluation madmagz", False, id="one word of two"),
    ],
)
def test_words_are_found_without_minding_accents_in_either_language(client, words, found):
    resource = ResourceFactory(name="Encyclopédie Universelle")
    training = TrainingFactory(
        resource=resource,
        title_fr="L’évaluation",
        title_en="Assessment",
        summary_fr="Une œuvre, une note.",
    )
    training.subjects.set([SubjectFactory(title_fr="Histoire")])
    SessionFactory(resource=resource, training=training)
    SessionFactory(
        resource=ResourceFactory(name="Madmagzine"),
        training__title_en="Newspaper",
        training__goals_fr="Publier",
    )

    answer = client.get(reverse(CATALOGUE), {"q": words})

    assert ("Assessment" in titles(answer)) == found


def test_a_word_with_a_slip_says_what_was_understood_and_an_unknown_one_finds_nothing(client):
    SessionFactory(training__title_en="Evaluate")

    understood = client.get(reverse(CATALOGUE), {"q": "evalaute"})
    unknown = client.get(reverse(CATALOGUE), {"q": "zzzzzz"})

    assert titles(understood) == ["Evaluate"]
    assert shows(
        understood.text,
        "Nothing found for “evalaute”: these results are for “<strong>evaluate</strong>”.",
    )
    assert titles(unknown) == []


def test_words_that_stand_everywhere_are_looked_for_as_they_are_written(client):
    SessionFactory(training__title_en="AI in class")
    SessionFactory(training__title_en="A newspaper")

    assert titles(client.get(reverse(CATALOGUE), {"q": "AI"})) == ["AI in class"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("AI", ["AI in class", "The act"]),
        ("ai", ["AI in class", "The act"]),
        ("with AI", ["AI in class"]),
        ("c++", ["C++ for all"]),
        ("(C++)", ["C++ for all"]),
        ("+", []),
    ],
)
def test_a_short_name_is_found_as_it_is_written_and_no_verb_with_it(client, typed, found):
    for english, french in (
        ("AI in class", "En classe"),
        ("The act", "Lire l’AI Act"),
        ("A diary", "J’ai un journal"),
        ("Not mine", "Ce que je n'ai pas"),
        ("C++ for all", "Programmer"),
    ):
        SessionFactory(training=TrainingFactory(title_en=english, title_fr=french))

    assert sorted(titles(client.get(reverse(CATALOGUE), {"q": typed}))) == found
    assert titles(client.get(reverse(CATALOGUE), {"q": "est"})) == []
    assert titles(client.get(reverse(CATALOGUE), {"q": "++"})) == []


def test_words_that_a_training_no_longer_says_are_no_longer_found(client):
    session = SessionFactory(training__title_en="Evaluate")
    assert titles(client.get(reverse(CATALOGUE), {"q": "evaluate"})) == ["Evaluate"]

    session.training.title_en = "Film"
    session.training.save()

    assert titles(client.get(reverse(CATALOGUE), {"q": "evaluate"})) == []
    assert titles(client.get(reverse(CATALOGUE), {"q": "films"})) == ["Film"]


@pytest.mark.parametrize("asked", ["evaluations", "evaluatoin", "ÉVALUER", "eval", "films courts"])
def test_the_whole_site_s_search_finds_the_same_trainings(client, asked):
    SessionFactory(training__title_fr="L’évaluation par un film court")
    SessionFactory(training__title_fr="Un journal de classe")
    search.sweep()

    with translation.override("fr"):
        keys = find(asked, "fr", now=timezone.now()).keys()
        on_the_site = {key.removeprefix("training:") for key in keys if key.startswith("training:")}
        in_the_catalogue = {
            row.session.training.public_id
            for group in client.get(reverse(CATALOGUE), {"q": asked}).context["groups"]
            for row in group["rows"]
        }

    assert in_the_catalogue == on_the_site != set()


def test_sessions_open_to_me_come_first_and_the_others_say_why_not(client):
    licence = LicenceFactory()
    foreign = SessionFactory(training__title_en="Foreign", starts_at=in_a_week(hour=9))
    own = SessionFactory(
        resource=licence.resource, training__title_en="Own", starts_at=in_a_week(hour=18)
    )
    client.force_login(TeacherFactory(works_at=licence.school))

    answer = client.get(reverse(CATALOGUE))
    only = client.get(reverse(CATALOGUE), {"mine": "on"})

    assert titles(answer) == ["Own", "Foreign"]
    assert (
        f"{licence.school.name} has no subscription to {foreign.resource.name}."
        in answer.content.decode()
    )
    assert titles(only) == [own.title]


def test_past_sessions_stand_apart_and_drafts_nowhere(client):
    SessionFactory(training__title_en="To come")
    SessionFactory(training__title_en="Held", starts_at=timezone.now() - datetime.timedelta(days=3))
    SessionFactory(training__title_en="Hidden", state=SessionState.DRAFT)

    assert titles(client.get(reverse(CATALOGUE))) == ["To come"]
    assert titles(client.get(reverse(CATALOGUE), {"when": "past"})) == ["Held"]


def test_filters_survive_pages_the_month_and_the_other_language(client):
    resource = ResourceFactory(slug="educarte")
    for n in range(25):
        SessionFactory(resource=resource, starts_at=in_a_week() + datetime.timedelta(hours=n))
    SessionFactory(training__title_en="Another resource")

    page = client.get(reverse(CATALOGUE), {"resource": "educarte", "language": "fr", "page": "2"})

    shown = page.content.decode()
    assert len(titles(page)) == 5
    assert "?resource=educarte&amp;language=fr&amp;page=1" in shown
    assert f"{reverse(MONTH)}?resource=educarte&amp;language=fr" in shown
    assert "/fr/trainings/?resource=educarte&amp;language=fr" in shown


def test_a_filter_that_makes_no_sense_is_left_out(client):
    SessionFactory(training__title_en="To come")

    for query in ({"language": "tlh"}, {"page": "many"}, {"when": "never"}):
        assert titles(client.get(reverse(CATALOGUE), query)) == ["To come"]
    assert client.get(reverse(MONTH), {"month": "2026-13"}).status_code == 200


def test_nothing_found_says_so_and_leads_back(client):
    SessionFactory()

    shown = client.get(reverse(CATALOGUE), {"q": "zzz"}).content.decode()

    assert "No session for these filters" in shown
    assert f'href="{reverse(CATALOGUE)}"' in shown


def test_the_month_shows_its_meetings_and_leads_to_its_neighbours(client):
    start = timezone.make_aware(datetime.datetime(2027, 2, 3, 10, 0))
    SessionFactory(training__title_en="In February", starts_at=start)

    february = client.get(reverse(MONTH), {"month": "2027-02"}).content.decode()
    march = client.get(reverse(MONTH), {"month": "2027-03"}).content.decode()

    assert "In February" in february
    assert "10:00" in february
    assert "month=2027-01" in february
    assert "month=2027-03" in february
    assert "In February" not in march
    assert "No session this month" in march


def at(month: int, day: int, hour: int) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime(2027, month, day, hour))


@pytest.mark.at("2026-11-25T12:00")
def test_the_days_of_the_next_month_in_the_last_week_show_their_sessions_too(client):
    SessionFactory(
        training__title_en="On the 1st of April", starts_at=at(4, 1, 17)
    )  # a Thursday, in March's last week

    answer = client.get(reverse(MONTH), {"month": "2027-03"})

    shown = {
        one["day"]: [row.session.title for row, _meeting in one["rows"]]
        for one in answer.context["days"]
        if one["rows"]
    }
    assert shown == {datetime.date(2027, 4, 1): ["On the 1st of April"]}
    assert answer.context["count"] == 0  # of this month


@pytest.mark.at("2026-11-25T12:00")
def test_a_meeting_at_the_weekend_says_its_own_day_and_hour(client):
    saturday = Hours(at(2, 13, 10), at(2, 13, 11))
    SessionFactory(
        training__title_en="A series",
        hours=[Hours(at(2, 5, 17), at(2, 5, 18)), saturday, Hours(at(2, 19, 17), at(2, 19, 18))],
    )

    page = client.get(reverse(MONTH), {"month": "2027-02"}).content.decode()

    weekend = page.partition("At weekends")[2]
    assert "Saturday 13 February" in weekend
    assert "10:00" in weekend
    assert "from Friday 5" not in weekend


@pytest.mark.parametrize("month", ["9999-12", "0001-01", "1850-01", "2150-01", "2027-13"])
def test_a_month_that_no_calendar_has_is_this_month_and_not_an_error(client, month):
    answer = client.get(reverse(MONTH), {"month": month})

    assert (answer.status_code, answer.context["month"]) == (
        200,
        timezone.localdate().replace(day=1),
    )


@pytest.mark.at("2026-11-25T12:00")
def test_a_crawler_does_not_walk_the_months_for_ever(client):
    SessionFactory(starts_at=at(2, 3, 10))

    early, late = (client.get(reverse(MONTH), {"month": month}) for month in ("2020-05", "2027-03"))

    assert (early.context["before"], early.context["after"]["day"]) == (
        None,
        datetime.date(2020, 6, 1),
    )
    assert (late.context["before"]["day"], late.context["after"]) == (
        datetime.date(2027, 2, 1),
        None,
    )
    assert '<meta name="robots" content="noindex">' in late.content.decode()


def test_whoever_has_a_seat_keeps_the_page_when_the_training_leaves_the_catalogue(client):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    seated, stranger = TeacherFactory.create_batch(2, works_at=licence.school)
    enrolment = enrolments.enrol(session=session, teacher=seated)
    session.training.is_published = False
    session.training.save()

    client.force_login(stranger)
    assert client.get(session.get_absolute_url()).status_code == 404
    client.force_login(seated)
    page = client.get(session.get_absolute_url())
    client.post(reverse("training:cancel_enrolment", args=[enrolment.public_id]), {"reason": ""})

    enrolment.refresh_from_db()
    assert page.status_code == 200
    assert enrolment.state == EnrolmentState.CANCELLED


def test_pressing_enrol_once_more_after_the_start_promises_no_invitation(client):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    teacher = TeacherFactory(works_at=licence.school)
    enrolments.enrol(session=session, teacher=teacher)
    with time_machine.travel(session.starts_at + datetime.timedelta(minutes=1)):
        client.force_login(teacher)
        page = client.post(
            reverse("training:enrol", args=[session.public_id]), follow=True
        ).content.decode()

    assert "This session has begun: enrolment is closed." in page
    assert "an invitation is on its way" not in page


@pytest.mark.at("2026-11-25T12:00")  # more than seven days before the session
def test_who_waits_is_told_of_an_overlap_on_the_page_and_in_the_letter(client, mailoutbox):
    licence = LicenceFactory()
    full = SessionFactory(resource=licence.resource, capacity=1, training__title_en="Full")
    other = SessionFactory(resource=licence.resource, training__title_en="At the same time")
    first, teacher = TeacherFactory.create_batch(2, works_at=licence.school, language="en")
    seat = enrolments.enrol(session=full, teacher=first)
    enrolments.enrol(session=full, teacher=teacher)
    enrolments.enrol(session=other, teacher=teacher)
    client.force_login(teacher)

    waiting = client.get(full.get_absolute_url()).content.decode()
    enrolments.cancel(enrolment=seat, by=first)
    mailoutbox.clear()
    run_worker()
    seated = client.get(full.get_absolute_url()).content.decode()

    letter = next(
        mail
        for mail in mailoutbox
        if teacher.email in mail.to[0] and mail.subject.startswith("A seat became free")
    )
    assert "If a seat becomes free here, you hold both" in waiting
    assert "You hold both seats" in seated
    assert "A seat became free, and it is yours" in letter.body
    assert "“At the same time”" in letter.body


def test_a_moved_session_shows_what_was_and_what_is(client):
    session = SessionFactory()
    meeting = session.meetings.get()
    was = meeting.starts_at - datetime.timedelta(days=2)
    SessionChange.objects.create(
        session=session,
        meeting=meeting,
        was_starts_at=was,
        was_ends_at=was + datetime.timedelta(hours=1),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        reason="Room taken",
    )

    for address in (reverse(CATALOGUE), session.get_absolute_url()):
        shown = client.get(address).content.decode()
        assert 'class="was"' in shown
    assert "Room taken" in shown


def test_a_cancelled_session_stays_in_its_place_with_the_reason(client):
    session = SessionFactory(state=SessionState.CANCELLED, cancel_reason="The trainer is ill.")

    for address in (reverse(CATALOGUE), session.get_absolute_url()):
        shown = client.get(address).content.decode()
        assert "Cancelled" in shown
        assert "The trainer is ill." in shown


def test_a_session_is_a_file_for_any_calendar(client):
    session = SessionFactory()
    meeting = session.meetings.get()

    for address in (
        reverse("training:session_ics", args=[session.public_id]),
        reverse("training:meeting_ics", args=[meeting.public_id]),
    ):
        answer = client.get(address)
        assert answer["Content-Type"].startswith("text/calendar")
        assert f"UID:{meeting.calendar_uid}".encode() in answer.content
        assert b"METHOD:PUBLISH" in answer.content


def a_busy_teacher(sessions: int) -> Person:
    """Somebody with so many seats and as many turns, all to come, in a catalogue of four times as
    many.
    """
    licence, trainer = LicenceFactory(), TrainerFactory()
    teacher = TeacherFactory(works_at=licence.school)
    training = TrainingFactory(resource=licence.resource)
    for state in (EnrolmentState.CONFIRMED, EnrolmentState.WAITING):
        for n in range(sessions):
            start = in_a_week() + datetime.timedelta(hours=n)
            mine = SessionFactory(
                resource=licence.resource, training=training, starts_at=start, led_by=trainer
            )
            Enrolment.objects.create(
                session=mine, teacher=teacher, school=licence.school, state=state
            )
    later = in_a_week() + datetime.timedelta(days=14)
    SessionFactory.create_batch(
        sessions, resource=licence.resource, training=training, starts_at=later, led_by=trainer
    )
    SessionFactory.create_batch(
        sessions, training=TrainingFactory(), starts_at=later, led_by=trainer
    )
    return teacher


def count_queries(person: Person, address: str) -> int:
    client = Client()
    client.force_login(person)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(queries)


@pytest.mark.parametrize("name", [CATALOGUE, MONTH, MINE])
def test_lists_cost_the_same_few_queries_for_5_and_for_200_rows(name, settings):
    settings.CACHES = settings.KEEP_PAGES  # the words above every page and the subjects are kept
    address = reverse(name)
    few, many = a_busy_teacher(2), a_busy_teacher(50)

    count_queries(few, address)
    counts = count_queries(few, address), count_queries(many, address)

    # The month asks more: between which months it leads, and for all its meetings.
    assert counts[0] == counts[1] <= {CATALOGUE: 11, MONTH: 13, MINE: 10}[name]


def test_the_session_page_costs_the_same_few_queries_whatever_the_crowd(settings):
    settings.CACHES = settings.KEEP_PAGES  # the words above every page are kept
    licence = LicenceFactory()
    calm, crowded = SessionFactory.create_batch(2, resource=licence.resource, capacity=5)
    teacher = TeacherFactory(works_at=licence.school)
    for other in TeacherFactory.create_batch(20, works_at=licence.school):
        enrolments.enrol(session=crowded, teacher=other)

    count_queries(teacher, calm.get_absolute_url())
    before = count_queries(teacher, calm.get_absolute_url())
    crowd = count_queries(teacher, crowded.get_absolute_url())
    enrolments.enrol(session=crowded, teacher=teacher)
    waiting = count_queries(teacher, crowded.get_absolute_url())

    assert before == crowd <= 11
    assert waiting <= 12


def test_other_sessions_of_the_training_are_counted_and_not_promised_when_there_are_none(client):
    alone, cancelled = (
        SessionFactory(),
        SessionFactory(state=SessionState.CANCELLED, cancel_reason="Grève"),
    )
    SessionFactory(training=cancelled.training, resource=cancelled.resource)

    without = client.get(
        reverse("training:session", args=[alone.public_id, alone.slug])
    ).content.decode()
    with_one = client.get(
        reverse("training:session", args=[cancelled.public_id, cancelled.slug])
    ).content.decode()

    assert "See the other session" not in without
    assert "See the other session of this training (1)" in with_one


def test_an_address_typed_in_a_note_is_a_link_and_markup_stays_text(client):
    session = SessionFactory(note="Lisez https://educ.arte.tv/aide avant. <b>Merci</b>")

    page = client.get(session.get_absolute_url()).content.decode()

    assert (
        '<a href="https://educ.arte.tv/aide" rel="nofollow">https://educ.arte.tv/aide</a> avant.'
        in page
    )
    assert "&lt;b&gt;Merci" in page


def test_after_a_press_with_htmx_the_focus_goes_to_what_changed(client):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource)
    client.force_login(TeacherFactory(works_at=licence.school))

    part = client.post(
        reverse("training:enrol", args=[session.public_id]), headers={"HX-Request": "true"}
    ).content.decode()
    page = client.get(session.get_absolute_url()).content.decode()

    assert shows(part, '<h2 id="seats-title" tabindex="-1" autofocus>A seat is yours</h2>')
    assert "autofocus" not in page.partition('id="seats"')[2].partition("</section>")[0]


def test_sessions_to_come_are_counted_alike_for_readers_and_planners_and_cancelled_ones_apart(
    client,
):
    resource = ResourceFactory()
    SessionFactory.create_batch(2, resource=resource)
    SessionFactory(resource=resource, state=SessionState.CANCELLED, cancel_reason="Ill")

    told = client.get(reverse(CATALOGUE)).text
    client.force_login(PlannerFactory())
    planned = client.get(reverse("training:planning")).context["page"].paginator.count

    assert planned == 2
    assert shows(told, "2 sessions to come</strong>, 1 cancelled")


def test_the_pill_of_an_open_session_says_open_and_the_heading_the_seats(client):
    licence = LicenceFactory()
    session = SessionFactory(resource=licence.resource, capacity=20)
    client.force_login(TeacherFactory(works_at=licence.school))

    page = client.get(session.get_absolute_url()).text

    assert re.search(r'<span class="state is-\w+">.*?</svg>Open</span>', page)
    assert page.count("20 seats left of 20") == 1


def test_a_french_title_doesn_t_break_before_its_colon(client):
    session = SessionFactory(training__title_fr="Le Grand oral : du sujet aux « sources » ?")

    page = client.get(f"/fr/trainings/{session.public_id}/", follow=True).text

    assert "Le Grand oral\N{NO-BREAK SPACE}: du" in page
    assert (
        "«\N{NARROW NO-BREAK SPACE}sources\N{NARROW NO-BREAK SPACE}»\N{NARROW NO-BREAK SPACE}?"
        in page
    )
    assert "oral : du" not in page
