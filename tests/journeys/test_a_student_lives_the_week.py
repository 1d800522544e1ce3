"""A student's week on one page: what is due now, today, on the other days, late, and what came
back.
"""

import datetime
import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from continuity.answers.services import help as help_answers
from continuity.due.views.week import week_due
from continuity.enums import ExemptionKind, HandInState, ItemKind, Verdict
from continuity.homework.services import extensions
from continuity.models import Feedback, HandIn, HelpRequest, PlanItem, Tick
from continuity.plans.services import items
from continuity.video import services as video
from courses.agenda.models import Closure
from courses.agenda.values import Hours
from courses.people.models import Person, StandIn
from tests.factories import continuity as factories
from tests.factories.catalogue import ResourceFactory
from tests.factories.continuity import (
    MONDAY,
    SchoolClassFactory,
    StudentFactory,
    assignment,
    at,
    class_hour,
    exemption_of,
    handed_in,
    homework_item,
    lesson_item,
    note_item,
    part_of,
    tutor_of,
)
from tests.factories.markup import shows, tidy
from tests.factories.people import TeacherFactory

pytestmark = pytest.mark.django_db

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (MONDAY + datetime.timedelta(days=n) for n in (1, 2, 3, 4))


def teaching(school_class=None):
    """By somebody who writes in the language in which these pages are read."""
    school_class = school_class or SchoolClassFactory()
    return factories.teaching(
        school_class, teacher=TeacherFactory(language="en", works_at=school_class.school)
    )


@pytest.fixture
def part():
    return part_of(teaching(SchoolClassFactory(name="2de 4")))


@pytest.fixture
def student(part, client):
    student = StudentFactory(in_class=part.teaching.school_class)
    client.force_login(student)
    return student


def video_item(part, begins) -> PlanItem:
    hours = Hours(begins, begins + datetime.timedelta(minutes=55))
    planned = video.plan(
        teaching=part.teaching,
        title="Les circuits",
        hours=[hours],
        by=part.teaching.teacher,
        now=at(MONDAY, 7),
    )
    return PlanItem.objects.get(meeting__series=planned.series)


def page(client, monday=None) -> str:
    address = (
        reverse("continuity:week_of", args=[monday.isoformat()])
        if monday
        else reverse("continuity:week")
    )
    response = client.get(address)
    assert response.status_code == 200
    return response.text


def test_the_week_stands_in_time_order(client, student, part):
    lesson_item(part, WEDNESDAY, title="Aujourd’hui")
    lesson_item(part, THURSDAY, title="Demain")
    homework_item(part, day=MONDAY, due_at=at(TUESDAY, 20), title="En retard")
    lesson_item(part, MONDAY, title="Lundi")

    with time_machine.travel(at(WEDNESDAY, 10), tick=False):
        shown = page(client)

    places = [
        shown.index(word)
        for word in ("Aujourd’hui</a>", "En retard</a>", "Demain</a>", "Lundi</a>")
    ]
    assert places == sorted(places)
    assert "It was due on Tuesday 1 December. Your teacher still takes it." in shown


def test_what_a_teacher_wrote_carries_its_language_where_the_page_has_another(
    client, student, part
):
    Person.objects.filter(pk=part.teaching.teacher_id).update(language="fr")
    item = lesson_item(part, MONDAY, title="Le sonnet")
    given = homework_item(
        part, day=MONDAY, due_at=at(TUESDAY, 20), title="Dire le sonnet"
    ).assignment
    note = PlanItem.objects.create(
        part=part, kind=ItemKind.NOTE, day=MONDAY, title="À savoir", note="Salle B204"
    )

    with time_machine.travel(at(MONDAY, 8), tick=False):
        week = page(client)
        lesson = client.get(reverse("continuity:lesson", args=[item.lesson.public_id])).text
        homework = client.get(reverse("continuity:homework", args=[given.public_id])).text
        with translation.override("fr"):
            in_french = page(client)

    assert '<span lang="fr">Le sonnet</span></a>' in week
    assert f'<p class="soft" lang="fr">{note.note}</p>' in week
    assert '<span lang="fr">Le sonnet</span></h1>' in lesson
    assert '<span lang="fr">Dire le sonnet</span></h1>' in homework
    assert not shows(in_french, 'lang="fr">Le sonnet')


def test_a_tick_is_kept_once_and_taken_back(client, student, part):
    item = lesson_item(part, MONDAY)
    address = reverse("continuity:tick")

    with time_machine.travel(at(MONDAY, 8), tick=False):
        for _ in range(2):
            response = client.post(address, {"done": item.public_id, "monday": MONDAY.isoformat()})
            assert response.status_code == 302
            assert response.url.endswith(f"#i-{item.public_id}")
        ticked = page(client)
        assert Tick.objects.count() == 1
        client.post(address, {"undone": item.public_id, "monday": MONDAY.isoformat()})
        after = page(client)

    assert 'name="undone"' in ticked
    assert 'name="undone"' not in after
    assert "20\xa0min of work left" in after
    assert ItemKind(item.kind) == ItemKind.LESSON


@pytest.mark.parametrize(
    ("when", "button", "word"),
    [
        (at(MONDAY, 9, 44), False, None),
        (at(MONDAY, 9, 45), True, "Soon"),
        (at(MONDAY, 10, 1), True, "Now"),
        (at(MONDAY, 10, 55), False, None),
    ],
    ids=["before", "15 minutes before", "while it goes on", "over"],
)
def test_one_button_for_the_room_from_a_quarter_of_an_hour_before(
    client, student, part, when, button, word
):
    video_item(part, at(MONDAY, 10))

    with time_machine.travel(when, tick=False):
        shown = page(client)

    assert shown.count("Enter the room") == button
    assert word is None or f"</svg>{word}</span>" in shown
    assert "Video class, from 10:00 to 10:55" in shown


def test_a_cancelled_video_class_stays_in_its_place_and_opens_no_room(client, student, part):
    """Case C19: the plan stays; the class itself is said not to take place, with the reason."""
    item = video_item(part, at(MONDAY, 10))
    lesson_item(part, MONDAY, title="La leçon reste")
    with time_machine.travel(at(MONDAY, 8), tick=False):
        video.cancel(meeting=item.meeting, reason="en formation")

    with time_machine.travel(at(MONDAY, 9, 50), tick=False):
        shown = page(client)

    assert "Cancelled: en formation" in shown
    assert "La leçon reste" in shown
    assert "Enter the room" not in shown


def test_a_moved_video_class_says_was_and_is(client, student, part):
    item = video_item(part, at(TUESDAY, 9))
    with time_machine.travel(at(MONDAY, 8), tick=False):
        video.move(
            meeting=item.meeting,
            hours=Hours(at(TUESDAY, 11), at(TUESDAY, 12)),
            reason="",
            by=part.teaching.teacher,
        )

        shown = page(client)

    assert shows(shown, '<s class="was"><span class="unseen">Before: </span>09:00</s>')
    assert shows(shown, '<strong><span class="unseen">now: </span>11:00</strong>')


def test_what_was_moved_to_another_day_says_both_days(client, student, part):
    item = lesson_item(part, TUESDAY)
    with time_machine.travel(at(MONDAY, 8), tick=False):
        items.move(item=item, day=FRIDAY, by=part.teaching.teacher)

        shown = page(client)

    assert "Before: </span>Tuesday 1 December</s>" in shown
    assert shows(shown, "now: </span>Friday 4 December</strong>")


def test_addresses_in_a_note_and_of_a_resource_are_links(client, student, part):
    resource = ResourceFactory(name="Educ’Arte", url="https://www.educarte.fr/")
    item = PlanItem.objects.create(
        part=part, kind=ItemKind.RESOURCE, day=MONDAY, title="Un film", resource=resource
    )
    item.note = "Puis https://example.org/carte et la suite."
    item.save()

    with time_machine.travel(at(MONDAY, 8), tick=False):
        shown = page(client)

    assert re.findall(r'<a[^>]*href="(https:[^"]*)"', shown) == [
        "https://example.org/carte",
        "https://www.educarte.fr/",
    ]
    assert "Open Educ’Arte" in shown


def test_a_note_that_takes_time_is_work_and_a_word_is_not(client, student, part):
    note_item(part, MONDAY, title="Un mot")
    long = note_item(part, MONDAY, title="Calcul mental")
    PlanItem.objects.filter(pk=long.pk).update(minutes=10)

    with time_machine.travel(at(MONDAY, 8), tick=False):
        shown = page(client)

    assert "10\xa0min of work left" in shown
    assert shown.count('class="tick"') == 1


def test_what_was_taken_out_stands_struck_through(client, student, part):
    item = lesson_item(part, TUESDAY, title="La leçon retirée")
    with time_machine.travel(at(MONDAY, 8), tick=False):
        items.remove(item=item, by=part.teaching.teacher)

        shown = page(client)

    assert shows(shown, "<s>French: La leçon retirée</s>")
    assert "Taken out by the teacher." in shown


def test_from_friday_evening_the_next_week_stands_first(client, student, part):
    next_part = part_of(part.teaching, MONDAY + datetime.timedelta(days=7))
    lesson_item(next_part, MONDAY + datetime.timedelta(days=8), title="La semaine prochaine")
    lesson_item(part, THURSDAY, title="Ce qui reste")
    homework_item(part, day=MONDAY, due_at=at(TUESDAY, 20), title="En retard")

    with time_machine.travel(at(FRIDAY, 17, 59), tick=False):
        before = page(client)
    with time_machine.travel(at(FRIDAY, 18), tick=False):
        after = page(client)

    assert "From 30 November to 4 December 2026" in before
    assert "La semaine prochaine" not in before
    assert "From 7 to 11 December 2026" in after
    places = [
        after.index(word)
        for word in (
            "En retard</a>",
            "La semaine prochaine</a>",
            "Left of this week",
            "Ce qui reste</a>",
        )
    ]
    assert places == sorted(places)


def test_homework_given_earlier_stands_on_the_day_on_which_it_is_due(client, student, part):
    earlier = part_of(part.teaching, MONDAY - datetime.timedelta(days=7))
    homework_item(
        earlier,
        day=MONDAY - datetime.timedelta(days=5),
        due_at=at(THURSDAY, 8),
        title="Donné avant",
    )

    with time_machine.travel(at(MONDAY, 8), tick=False):
        shown = page(client)

    assert shown.index('id="d03"') < shown.index("Donné avant</a>") < shown.index('id="d04"')


def test_more_time_is_the_students_own_and_ends_the_lateness(client, student, part):
    item = homework_item(part, day=MONDAY, due_at=at(TUESDAY, 20), title="Prolongé")
    extensions.extend(
        assignment=item.assignment, student=student, due_at=at(FRIDAY, 20), by=part.teaching.teacher
    )

    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        shown = page(client)

    assert "Late, can still be handed in" not in shown
    assert "Friday 4 December at 20:00" in shown
    assert "You have more time: this is your own date." in shown


def test_more_time_that_was_taken_back_counts_no_more(client, student, part):
    item = homework_item(part, day=MONDAY, due_at=at(TUESDAY, 20), title="Prolongé")
    teacher = part.teaching.teacher
    more = extensions.extend(
        assignment=item.assignment, student=student, due_at=at(FRIDAY, 20), by=teacher
    )
    extensions.withdraw(extension=more, by=teacher)

    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        shown = page(client)
        desk = client.get(reverse("continuity:homework", args=[item.assignment.public_id])).text

    assert "It was due on Tuesday 1 December" in shown
    assert [
        said in f"{shown}{desk}"
        for said in ("Friday 4 December at 20:00", "You have more time", "Your own date")
    ] == [False] * 3


@pytest.mark.parametrize(
    ("last_day", "due"),
    [(THURSDAY, "Saturday 5 December at 20:00"), (WEDNESDAY, "Thursday 3 December at 20:00")],
)
def test_standing_more_time_counts_to_its_last_day_and_not_a_day_longer(
    client, student, part, last_day, due
):
    """Case C16: two days more on what is due until `last_day`, both included."""
    homework_item(part, day=MONDAY, due_at=at(THURSDAY, 20), title="Prolongé")
    extensions.extend_always(
        student=student,
        school=part.teaching.school_class.school,
        days_more=2,
        first_day=MONDAY,
        last_day=last_day,
        by=part.teaching.teacher,
    )

    with time_machine.travel(at(MONDAY, 8), tick=False):
        shown = page(client)

    assert due in shown


def test_who_is_on_long_leave_has_a_reduced_plan_without_late_marks(client, student, part):
    """Case C62."""
    other = part_of(teaching(part.teaching.school_class))
    staff = {"school": part.teaching.school_class.school, "entered_by": part.teaching.teacher}
    exemption_of(
        student,
        **staff,
        kind=ExemptionKind.LEAVE,
        keeps_working=True,
        subjects=[part.teaching.subject],
    )
    homework_item(part, day=MONDAY, due_at=at(TUESDAY, 20), title="Choisi")
    homework_item(other, day=MONDAY, due_at=at(TUESDAY, 20), title="Pas pour moi")

    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        shown = page(client)

    assert "Late, can still be handed in" not in shown
    assert "Choisi</a>" in shown
    assert "30\xa0min of work left" in shown
    assert "You are exempt: nothing to do here." in shown
    assert tidy(shown).count("Hand in<span") == 1


def test_who_changes_class_in_the_week_has_each_class_on_its_days(client, student, part):
    other = part_of(teaching(SchoolClassFactory(school=part.teaching.school_class.school)))
    for each, name in ((part, "ancienne"), (other, "nouvelle")):
        lesson_item(each, MONDAY, title=f"Lundi, {name}")
        lesson_item(each, FRIDAY, title=f"Vendredi, {name}")
    student.class_memberships.update(until=WEDNESDAY)
    student.class_memberships.create(school_class=other.teaching.school_class, since=WEDNESDAY)

    with time_machine.travel(at(MONDAY, 8), tick=False):
        shown = page(client)

    assert [
        name in shown
        for name in (
            "Lundi, ancienne",
            "Lundi, nouvelle",
            "Vendredi, ancienne",
            "Vendredi, nouvelle",
        )
    ] == [
        True,
        False,
        False,
        True,
    ]


def test_holidays_are_said_and_what_is_due_in_them_stays_open(client, student, part):
    """Case C5: the holidays of zone B from 19 December 2026; handing in stays open, and nothing is
    called late before its time.
    """
    holidays = datetime.date(2026, 12, 21)
    homework_item(part, day=MONDAY, due_at=at(holidays, 20), title="Pour les vacances")

    with time_machine.travel(at(holidays, 9), tick=False):
        shown = page(client)

    assert "No class this week: Vacances de Noël" in shown
    assert "Pour les vacances</a>" in shown
    assert shows(shown, "Hand in<span")
    assert "No plan published yet" not in shown


def test_a_closure_is_said_on_its_day(client, student, part):
    Closure.objects.create(
        school=part.teaching.school_class.school,
        first_day=THURSDAY,
        last_day=THURSDAY,
        reason="grève",
    )
    lesson_item(part, FRIDAY)

    with time_machine.travel(at(MONDAY, 8), tick=False):
        assert "no class: grève" in page(client)


def test_a_draft_is_nobodys_and_an_empty_week_says_what_will_stand_there(client, student, part):
    lesson_item(part_of(teaching(part.teaching.school_class), published=False), title="Brouillon")

    with time_machine.travel(at(MONDAY, 8), tick=False):
        shown = page(client)

    assert "Brouillon" not in shown
    assert "No plan published yet" in shown


def test_other_weeks_are_read_whole_and_years_away_are_not_there(client, student, part):
    lesson_item(part, MONDAY, title="De la semaine")

    with time_machine.travel(at(MONDAY + datetime.timedelta(days=14), 8), tick=False):
        assert "De la semaine" in page(client, WEDNESDAY)
        for nothing in ("not-a-day", "1999-01-04", "2026-13-01"):
            assert client.get(reverse("continuity:week_of", args=[nothing])).status_code == 404


def test_a_tick_by_script_is_answered_with_its_key(client, student, part):
    item = lesson_item(part, MONDAY)
    json = {"Accept": "application/json"}

    with time_machine.travel(at(MONDAY, 8), tick=False):
        kept = client.post(reverse("continuity:tick"), {"done": item.public_id}, headers=json)
        nowhere = client.post(reverse("continuity:tick"), {"done": "nowhere"}, headers=json)

    assert (kept.status_code, kept.json()) == (200, {"key": item.public_id})
    assert (nowhere.status_code, nowhere.json()["key"]) == (410, "nowhere")
    assert Tick.objects.get().item == item


def test_the_same_question_sent_twice_is_one_and_its_answer_comes_back(client, student, part):
    item = homework_item(part, day=MONDAY, due_at=at(TUESDAY, 20))
    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        for text in ("Je bloque.", "Je bloque.", ""):
            assert (
                client.post(
                    reverse("continuity:help"), {"item": item.public_id, "text": text}
                ).status_code
                == 302
            )
        asked = page(client)
        request = HelpRequest.objects.get()
        help_answers.answer(asked=request, text="Relisez l’exemple.", by=part.teaching.teacher)
        answered = page(client)

    assert (request.teaching, request.item, request.text) == (part.teaching, item, "Je bloque.")
    assert "You asked for help: the answer will appear here." in asked
    assert "Relisez l’exemple." in answered


@pytest.mark.parametrize("about_an_item", [True, False])
def test_a_second_question_leaves_the_first_as_it_is(client, student, part, about_an_item):
    about = (
        {"item": homework_item(part).public_id}
        if about_an_item
        else {"teaching": part.teaching.public_id}
    )
    for text in ("Je bloque à la question 2.", "Et la carte, sur quelle feuille ?"):
        client.post(reverse("continuity:help"), {**about, "text": text})

    shown = client.get(reverse("continuity:help"), about).text

    assert list(HelpRequest.objects.values_list("text", flat=True)) == [
        "Je bloque à la question 2.",
        "Et la carte, sur quelle feuille ?",
    ]
    assert shown.count("You asked already:") == 2


def test_after_a_question_the_student_is_back_where_they_were(client, student, part):
    item = homework_item(part)
    here = reverse("continuity:to_hand_in")
    shown = client.get(
        reverse("continuity:help"),
        {"item": item.public_id},
        headers={"Referer": f"http://testserver{here}"},
    )
    elsewhere = client.get(
        reverse("continuity:help"), headers={"Referer": "https://evil.example/fr/week/"}
    )

    assert (shown.context["back"], elsewhere.context["back"]) == (here, "")
    sent = client.post(
        reverse("continuity:help"), {"item": item.public_id, "text": "?", "back": here}
    )
    assert sent.url == f"{here}#i-{item.public_id}"
    for other in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        sent = client.post(
            reverse("continuity:help"), {"item": item.public_id, "text": "??", "back": other}
        )
        assert (
            sent.url
            == f"{reverse('continuity:week_of', args=[part.plan.monday.isoformat()])}#i-{item.public_id}"
        )


def test_help_about_a_subject_goes_to_its_teacher_and_to_no_other(client, student, part):
    elsewhere = teaching()
    address = reverse("continuity:help")

    assert client.post(address, {"teaching": elsewhere.public_id, "text": "?"}).status_code == 422
    client.post(address, {"teaching": part.teaching.public_id, "text": "Un mot"})

    assert [(asked.teaching, asked.item) for asked in HelpRequest.objects.all()] == [
        (part.teaching, None)
    ]


def test_what_came_back_stands_beside_and_only_once_it_is_returned(client, student, part):
    item = homework_item(part, day=MONDAY, title="Le schéma")
    handin = HandIn.objects.create(
        assignment=item.assignment,
        student=student,
        state=HandInState.HANDED_IN,
        handed_in_at=at(MONDAY, 9),
        receipt_number="R1",
    )
    feedback = Feedback.objects.create(
        handin=handin, comment="Bien vu.", written_by=part.teaching.teacher
    )

    with time_machine.travel(at(MONDAY, 10), tick=False):
        before = page(client)
        feedback.returned_at = at(MONDAY, 10)
        feedback.save()
        after = page(client)

    assert "Bien vu." not in before
    assert "Answers received" in after
    assert "Bien vu." in after
    assert reverse("continuity:answer", args=[handin.public_id]) in after


def test_all_that_is_to_be_handed_in_by_ones_own_dates(client, student, part):
    homework_item(part, day=MONDAY, due_at=at(TUESDAY, 20), title="En retard")
    homework_item(part, day=MONDAY, due_at=at(FRIDAY, 20), title="Bientôt")
    homework_item(part, day=MONDAY, due_at=at(FRIDAY, 20), title="Rien à rendre", returns="nothing")

    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        shown = client.get(reverse("continuity:to_hand_in")).text

    assert shown.index("En retard</a>") < shown.index("Bientôt</a>")
    assert "1 piece of work ahead, 1 late" in shown
    assert "Rien à rendre" not in shown


def test_what_is_to_be_done_again_is_to_do(client, student, part):
    """On the week, in its minutes, in the hand-in list; with the way to do it again."""
    item = homework_item(part, day=MONDAY, due_at=at(TUESDAY, 20), title="La carte", minutes=30)
    handin = handed_in(item.assignment, student)
    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        before = page(client)
        Feedback.objects.create(
            handin=handin,
            verdict=Verdict.AGAIN,
            written_by=part.teaching.teacher,
            returned_at=at(TUESDAY, 21),
        )
        shown, listed = page(client), client.get(reverse("continuity:to_hand_in")).text

    button = f'href="{reverse("continuity:hand_in", args=[item.assignment.public_id])}">'
    assert "of work left" not in before
    assert "30\xa0min of work left" in shown
    for text in (shown, listed):
        assert "To do again" in text
        assert button in text
        assert "Do it again" in text
    assert "1 to do again" in listed


def test_work_due_after_this_week_stands_before_the_days_that_are_over(client, student, part):
    monday = MONDAY + datetime.timedelta(days=7)
    homework_item(part, day=TUESDAY, due_at=at(monday, 8), title="Pour lundi")
    done = lesson_item(part, MONDAY, title="Lundi, faite")
    Tick.objects.create(item=done, student=student)

    with time_machine.travel(at(THURSDAY, 8), tick=False):
        shown = page(client)

    places = [
        shown.index(word)
        for word in (
            "For next week or later",
            "Pour lundi</a>",
            "The days before",
            "Lundi, faite</a>",
        )
    ]
    assert places == sorted(places)


def test_a_tick_alone_hands_nothing_in(client, student, part):
    item = homework_item(part, day=MONDAY, due_at=at(FRIDAY, 20), title="Les exercices", minutes=30)
    Tick.objects.create(item=item, student=student)

    with time_machine.travel(at(MONDAY, 8), tick=False):
        shown, first = page(client), week_due(student, at(MONDAY, 8))

    assert "Prepared, not handed in yet." in shown
    assert "item--done" not in shown
    assert "30\xa0min of work left" in shown
    assert [due.url for due in first] == [
        reverse("continuity:hand_in", args=[item.assignment.public_id])
    ]


def test_work_of_the_class_of_before_is_optional_and_the_same_work_is_asked_once(
    client, student, part
):
    new = part_of(
        teaching(SchoolClassFactory(name="2de 5", school=part.teaching.school_class.school))
    )
    homework_item(part, day=MONDAY, due_at=at(FRIDAY, 20), title="Ancien travail")
    both = homework_item(part, day=MONDAY, due_at=at(FRIDAY, 18), title="La cellule")
    homework_item(
        new, assignment(new.teaching, at(FRIDAY, 20), homework=both.assignment.homework), day=MONDAY
    )
    student.class_memberships.update(until=WEDNESDAY)
    student.class_memberships.create(school_class=new.teaching.school_class, since=WEDNESDAY)

    with time_machine.travel(at(WEDNESDAY, 8), tick=False):
        shown = page(client)

    assert shown.count("La cellule</a>") == 1
    assert "Optional: you are no longer in 2de 4 by then." in shown
    assert "30\xa0min of work left" in shown
    assert shown.index("From a class you have left") < shown.index("Ancien travail</a>")


def test_students_are_told_who_stands_in_and_until_when(client, student, part):
    standing_in = TeacherFactory(works_at=part.teaching.school_class.school)
    StandIn.objects.create(
        teaching=part.teaching, teacher=standing_in, first_day=TUESDAY, last_day=FRIDAY
    )
    said = f"{standing_in.display_name} stands in for {part.teaching.teacher.display_name}"

    with time_machine.travel(at(MONDAY, 8), tick=False):
        before = [page(client), client.get(reverse("continuity:my_classes")).text]
    with time_machine.travel(at(FRIDAY, 8), tick=False):
        during = [page(client), client.get(reverse("continuity:my_classes")).text]
    with time_machine.travel(at(FRIDAY + datetime.timedelta(days=1), 8), tick=False):
        after = [page(client), client.get(reverse("continuity:my_classes")).text]

    for shown in before:
        assert f"{said} from Tuesday 1 December to Friday 4 December." in shown
    for shown in during:
        assert f"{said} until Friday 4 December." in shown
    for shown in after:
        assert said not in shown


def test_my_classes_say_who_teaches_what_and_keep_lessons_of_before(client, student, part):
    tutor = tutor_of(part.teaching.school_class)
    lesson_item(part, MONDAY, title="Gardée")
    class_hour(part.teaching, weekday=2, place="B204")

    with time_machine.travel(at(MONDAY + datetime.timedelta(days=8), 8), tick=False):
        shown = client.get(reverse("continuity:my_classes")).text

    assert tutor.display_name in shown
    assert part.teaching.teacher.display_name in shown
    assert "B204" in shown
    assert "Gardée</a>" in shown


def test_a_tick_on_what_is_not_mine_isnt_there(client, student, part):
    item = lesson_item(part_of(teaching()))
    draft = lesson_item(part_of(teaching(part.teaching.school_class), published=False))

    for other in (item, draft):
        assert client.post(reverse("continuity:tick"), {"done": other.public_id}).status_code == 404

    assert not Tick.objects.exists()


@pytest.mark.parametrize("kind", ["lesson", "homework"])
def test_tick_help_and_what_comes_next_stand_on_the_page_of_the_thing(client, student, part, kind):
    first = lesson_item(part, MONDAY, title="La première")
    item = (
        lesson_item(part, TUESDAY, title="La leçon")
        if kind == "lesson"
        else homework_item(part, day=TUESDAY, title="Le travail")
    )
    last = lesson_item(part, FRIDAY + datetime.timedelta(days=3), title="La dernière")
    about = item.lesson or item.assignment
    address = reverse(f"continuity:{kind}", args=[about.public_id])

    with time_machine.travel(at(TUESDAY, 8), tick=False):
        shown = client.get(address).text
        ticked = client.post(reverse("continuity:tick"), {"done": item.public_id, "here": "1"})
        asked = client.post(
            reverse("continuity:help"),
            {"item": item.public_id, "back": address, "text": "Je bloque."},
        )
        after = client.get(address).text

    for neighbour in (first, last):
        assert reverse("continuity:lesson", args=[neighbour.lesson.public_id]) in shown
    assert f"{reverse('continuity:help')}?item={item.public_id}" in shown
    assert (ticked.url, asked.url.partition("#")[0]) == (address, address)
    assert 'aria-pressed="true"' in after
    assert "You asked for help: the answer will appear on your week." in after
