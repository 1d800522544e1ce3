"""A teacher plans a week of a class: added, moved, taken out, published, changed after that; others
read it.
"""

import datetime

import pytest
from django.urls import reverse

from continuity.enums import ItemKind
from continuity.models import ItemChange, PlanItem, PlanPart, Tick
from continuity.plans.services import items
from continuity.video import services as video
from courses.agenda.values import Hours
from courses.people.models import StandIn
from tests.factories.catalogue import LicenceFactory
from tests.factories.continuity import (
    MONDAY,
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    at,
    class_hour,
    homework_item,
    note_item,
    part_of,
    teaching,
    tutor_of,
)
from tests.factories.people import TeacherFactory
from tests.factories.planner_pages import FRIDAY, WEDNESDAY, WEEK, changes, planner

pytestmark = pytest.mark.django_db


@pytest.fixture
def french(client):
    """A subject on Monday and Wednesday, its teacher logged in."""
    french = teaching()
    class_hour(french, 1), class_hour(french, 3)
    client.force_login(french.teacher)
    return french


def week_of(part) -> list[tuple]:
    """The items as they stand."""
    return list(PlanItem.objects.filter(part=part).in_order().values_list("day", "title"))


def test_an_empty_week_is_drawn_from_the_timetable_and_writes_nothing(client, french):
    page = client.get(planner(french)).content.decode()

    assert page.count('class="planner__day"') == 5
    assert page.count("9:00") == 2
    assert page.count("No class") == 3
    assert "This week is still empty" in page
    assert not PlanPart.objects.exists()


def test_a_note_goes_through_the_form_to_its_day(client, french):
    asked = {"teaching": french.public_id, "day": WEDNESDAY.isoformat(), "kind": "note"}
    form = client.post(
        reverse("continuity:add_to_plan", args=[french.school_class.public_id]), asked
    )
    part = PlanPart.objects.get()
    assert (
        form.url
        == reverse("continuity:new_note", args=[part.public_id]) + f"?day={WEDNESDAY.isoformat()}"
    )
    assert client.get(form.url).context["form"]["day"].value() == WEDNESDAY

    saved = client.post(
        form.url,
        {"title": "Lecture", "note": "Deux pages", "minutes": "15", "day": WEDNESDAY.isoformat()},
    )

    note = part.items.get()
    assert (note.kind, note.day, note.title, note.minutes) == (
        ItemKind.NOTE,
        WEDNESDAY,
        "Lecture",
        15,
    )
    assert saved.url.endswith(f"#item-{note.public_id}")
    assert "Deux pages" in client.get(saved.url).content.decode()


def test_a_form_that_is_sent_twice_is_one_note(client, french):
    part = part_of(french, published=False)
    address = reverse("continuity:new_note", args=[part.public_id])
    key = client.get(address).context["form"]["key"].value()

    for _tap in range(2):
        client.post(
            address, {"title": "Lecture", "note": "", "minutes": "", "day": WEEK, "key": key}
        )

    assert part.items.get().public_id == key


def test_a_note_sent_again_with_other_words_is_another_note(client, french):
    part = part_of(french, published=False)
    address = reverse("continuity:new_note", args=[part.public_id])
    key = client.get(address).context["form"]["key"].value()
    for note, minutes in (("Un", ""), ("Deux", ""), ("Un", "20"), ("Deux", "")):
        client.post(
            address, {"title": "Lecture", "note": note, "minutes": minutes, "day": WEEK, "key": key}
        )

    assert list(part.items.order_by("pk").values_list("note", "minutes")) == [
        ("Un", 0),
        ("Deux", 0),
        ("Un", 20),
    ]


def test_a_form_with_something_missing_is_shown_again_with_what_was_typed(client, french):
    part = part_of(french, published=False)

    refused = client.post(
        reverse("continuity:new_note", args=[part.public_id]),
        {"title": "", "note": "Un long texte", "day": WEEK},
    )

    assert refused.status_code == 422
    assert "Un long texte" in refused.content.decode()


def test_only_resources_of_the_school_are_offered_and_taken(client, french):
    ours = LicenceFactory(school=french.school_class.school).resource
    theirs = LicenceFactory().resource
    part = part_of(french, published=False)
    address = reverse("continuity:new_resource", args=[part.public_id])

    form = client.get(address).context["form"]
    assert [str(resource) for resource in form.fields["resource"].queryset] == [str(ours)]
    refused = client.post(address, {"resource": theirs.slug, "day": WEEK})
    client.post(address, {"resource": ours.slug, "day": WEEK})

    assert refused.status_code == 422
    assert list(part.items.values_list("resource__slug", "title")) == [(ours.slug, ours.name)]


@pytest.mark.at("2026-11-25T12:00")
def test_items_move_to_a_day_and_a_place_without_script_and_by_htmx(client, french):
    part = part_of(french, published=False)
    first, second = note_item(part, title="Un"), note_item(part, title="Deux")

    client.post(
        reverse("continuity:move_item", args=[second.public_id]),
        {"places": "-1", "seen": f"{WEEK}.1"},
    )
    assert week_of(part) == [(MONDAY, "Deux"), (MONDAY, "Un")]
    dropped = client.post(
        reverse("continuity:move_item", args=[first.public_id]),
        {"day": WEDNESDAY.isoformat(), "before": "", "seen": f"{WEEK}.1"},
        headers={"HX-Request": "true"},
    )

    assert week_of(part) == [(MONDAY, "Deux"), (WEDNESDAY, "Un")]
    assert dropped.status_code == 200
    assert "<html" not in dropped.content.decode()
    assert "“Un” is on Wednesday 2 December" in dropped.content.decode()


def test_what_is_taken_out_comes_back_as_it_was_with_its_ticks(client, french):
    part = part_of(french)
    note, student = note_item(part, title="Lecture"), StudentFactory(in_class=french.school_class)
    ItemChange.objects.all().delete()
    Tick.objects.create(item=note, student=student)

    client.post(reverse("continuity:remove_item", args=[note.public_id]))
    client.post(reverse("continuity:remove_item", args=[note.public_id]))
    assert (week_of(part), changes(part)) == ([], [("Lecture", "removed", "Lecture", "")])
    removed = part.removed_items.get()
    assert "can be put back" in client.get(planner(french)).content.decode()
    client.post(reverse("continuity:restore_item", args=[removed.public_id]))

    back = part.items.get()
    assert (back.public_id, back.title, back.note, back.day) == (
        note.public_id,
        "Lecture",
        note.note,
        MONDAY,
    )
    assert list(back.ticks.values_list("student", flat=True)) == [student.pk]
    assert changes(part) == []
    assert not part.removed_items.exists()


def test_after_thirty_days_nothing_is_put_back(french):
    part = part_of(french)
    items.remove(item=note_item(part), by=french.teacher, now=at(MONDAY, 9))

    items.forget_what_was_removed(at(MONDAY + datetime.timedelta(days=30), 9))
    assert part.removed_items.count() == 1
    items.forget_what_was_removed(at(MONDAY + datetime.timedelta(days=30), 9, 1))

    assert not part.removed_items.exists()


def test_homework_and_video_classes_are_not_taken_out_here(client, french):
    part = part_of(french)
    homework = homework_item(part)

    client.post(reverse("continuity:remove_item", args=[homework.public_id]))

    assert part.items.get() == homework
    page = client.get(planner(french)).content.decode()
    assert (
        reverse("continuity:delete_homework", args=[homework.assignment.homework.public_id]) in page
    )


def test_tutor_and_leader_read_drafts_and_published_of_all_subjects_and_write_nothing(
    client, french
):
    note_item(part_of(french, published=False), title="Un brouillon")
    maths = teaching(french.school_class)
    note_item(part_of(maths), title="Publié")
    readers = [tutor_of(french.school_class), LeaderFactory(leads=french.school_class.school)]

    for reader in readers:
        client.force_login(reader)
        page = client.get(planner(french)).content.decode()

        assert "Un brouillon" in page
        assert "Publié" in page
        assert "You read this week" in page
        assert "Move or take out" not in page
        assert reverse("continuity:add_to_plan", args=[french.school_class.public_id]) not in page


def test_a_colleague_of_the_class_reads_what_is_published_and_own_drafts(client, french):
    note_item(part_of(french, published=False), title="Un brouillon")
    maths = teaching(french.school_class)
    note_item(part_of(maths, published=False), title="Le mien")
    svt = teaching(french.school_class)
    note_item(part_of(svt), title="Publié")
    client.force_login(maths.teacher)

    page = client.get(planner(french, teaching="all")).content.decode()

    assert "Publié" in page
    assert "Le mien" in page
    assert "Un brouillon" not in page


def test_a_stand_in_writes_on_their_dates_only(client, french):
    """C19, for the plan: the stand-in has access for those dates only."""
    part = part_of(french)
    stand_in = TeacherFactory(works_at=french.school_class.school)
    today = datetime.date.today()
    dates = StandIn.objects.create(
        teaching=french, teacher=stand_in, first_day=today, last_day=today
    )
    client.force_login(stand_in)

    assert client.get(reverse("continuity:new_note", args=[part.public_id])).status_code == 200
    StandIn.objects.filter(pk=dates.pk).update(
        first_day=today - datetime.timedelta(days=2), last_day=today - datetime.timedelta(days=1)
    )

    assert client.get(reverse("continuity:new_note", args=[part.public_id])).status_code == 404
    assert client.get(planner(french)).status_code == 404


def test_any_day_leads_to_its_week_and_a_day_that_is_none_to_nothing(client, french):
    address = reverse("continuity:plan", args=[french.school_class.public_id])

    assert client.get(address, {"day": "2027-03-17"}).url == planner(
        french, datetime.date(2027, 3, 15)
    )
    assert client.get(planner(french, WEDNESDAY)).url == planner(french)
    assert client.get(planner(french, datetime.date(2027, 3, 15))).status_code == 200
    for nonsense in ("2027-02-30", "soon", "0001-01-01"):
        assert client.get(address, {"day": nonsense}).status_code == 404


def test_two_teachers_of_one_note_the_second_sees_what_the_first_wrote(client, french):
    part = part_of(french, published=False)
    note = note_item(part, title="Lecture", note="Ancien")
    form = {"title": "Lecture", "minutes": "", "day": WEEK, "seen": note.text_stamp}
    address = reverse("continuity:edit_item", args=[note.public_id])
    client.post(address, form | {"note": "Du premier"})

    second = client.post(address, form | {"note": "Du second"})

    note.refresh_from_db()
    assert (second.status_code, note.note) == (409, "Du premier")
    assert "Du premier" in second.content.decode()
    assert "Du second" in second.content.decode()
    client.post(
        address, form | {"note": "Du second", "seen": second.context["form"]["seen"].value()}
    )
    note.refresh_from_db()
    assert note.note == "Du second"


def test_a_teacher_of_another_school_does_not_find_the_week(client, french):
    client.force_login(teaching(SchoolClassFactory()).teacher)

    assert client.get(planner(french)).status_code == 404


def test_a_session_that_expired_while_a_note_was_written_loses_nothing(client, french):
    part = part_of(french, published=False)
    client.logout()

    answer = client.post(
        reverse("continuity:new_note", args=[part.public_id]),
        {"title": "Lecture", "note": "Une heure de travail", "minutes": "", "day": WEEK},
    )

    assert "Une heure de travail" in answer.content.decode()
    assert not part.items.exists()


def test_what_was_prepared_for_an_absence_waits_until_it_is_read(client, french):
    part = part_of(french)
    note = note_item(part, title="Préparé")
    PlanItem.objects.filter(pk=note.pk).update(is_held_back=True)
    ItemChange.objects.all().delete()

    items.move(item=note, day=FRIDAY, by=french.teacher)
    assert changes(part) == []
    page = client.get(planner(french)).content.decode()
    assert "I have read it: show it to the class" in page
    client.post(reverse("continuity:release_item", args=[note.public_id]))

    assert changes(part) == [("Préparé", "added", "", "Préparé")]


def test_an_open_room_is_entered_from_the_card_of_its_class(client, time_machine):
    given = teaching()
    hours = Hours(at(MONDAY, 10), at(MONDAY, 11))
    time_machine.move_to(at(MONDAY, 9, 30))
    planned = video.plan(teaching=given, title="En direct", hours=[hours], by=given.teacher)
    door = reverse("continuity:enter_video", args=[planned.meetings.get().public_id])
    client.force_login(given.teacher)

    before = client.get(planner(given)).text
    time_machine.move_to(at(MONDAY, 9, 50))
    open_now = client.get(planner(given)).text

    assert "En direct" in before
    assert door not in before
    assert door in open_now
