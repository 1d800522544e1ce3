"""The region reads things by school, exact on any day, and how many students wait, hidden below five."""

import csv
import io

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from continuity.enums import EquipmentKind, ItemState
from continuity.models import EquipmentItem
from tests.factories import equipment
from tests.factories.continuity import SchoolClassFactory, StudentFactory
from tests.factories.people import RegistrarFactory

pytestmark = pytest.mark.django_db

MOST_STATEMENTS = 8


def at(day: str):
    return time_machine.travel(f"{day}T12:00+01:00", tick=False)


def page(client, day="", name="region_things", kind=""):
    with at("2026-12-15"):
        client.force_login(RegistrarFactory())
        answer = client.get(reverse(f"continuity:{name}"), {"day": day, "kind": kind})
    assert answer.status_code == 200
    return answer


def numbers(answer) -> dict:
    return {
        line.school.name: {state: number for state, number in line.numbers.items() if number}
        for line, _cells, _waiting in answer.context["rows"]
    }


def test_the_total_is_the_sum_of_the_schools_on_any_day(client):
    """139 laptops of 16 schools, lent in a month; one lost, one back damaged (cases C47, C50)."""
    with at("2026-11-02"):
        by = equipment.OfficeFactory()
        classes = SchoolClassFactory.create_batch(16)
        things = [equipment.thing(classes[n % 16].school, by=by) for n in range(139)]
    with at("2026-11-10"):
        made = [
            equipment.lent(StudentFactory(in_class=classes[n % 16]), one, by=by)
            for n, one in enumerate(things)
        ]
    with at("2026-11-20"):
        equipment.back(made[0], things[0], "lost", by=by)
        equipment.back(made[1], things[1], "damaged", by=by)

    found = {
        day: page(client, day) for day in ("2026-11-01", "2026-11-05", "2026-11-15", "2026-11-20")
    }

    of = {
        day: dict(
            zip(ItemState, [number for _state, number in answer.context["totals"]], strict=True)
        )
        if answer.context["totals"]
        else {}
        for day, answer in found.items()
    }
    assert found["2026-11-01"].context["rows"] == []
    assert of["2026-11-05"] == dict.fromkeys(ItemState, 0) | {ItemState.AVAILABLE: 139}
    assert of["2026-11-15"] == dict.fromkeys(ItemState, 0) | {ItemState.LENT: 139}
    assert of["2026-11-20"] == dict.fromkeys(ItemState, 0) | {
        ItemState.LENT: 137,
        ItemState.LOST: 1,
        ItemState.TO_INSPECT: 1,
    }
    for answer in found.values():
        lines = [line.cells for line, *_rest in answer.context["rows"]]
        totals = [number for _state, number in answer.context["totals"]]
        assert totals == [sum(column) for column in zip(*lines, strict=True)]
    assert len(numbers(found["2026-11-15"])) == 16
    assert page(client).context["total"] == EquipmentItem.objects.count() == 139


def test_the_file_has_the_same_lines(client):
    with at("2026-11-02"):
        school = SchoolClassFactory().school
        equipment.thing(school)

    text = page(client, name="export_region_things").content.decode("utf-8-sig")

    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 2
    assert rows[1][1:3] == [school.name, "1"]
    assert rows[1][-1] == ""


def test_one_kind_is_counted_alone_on_the_page_and_in_the_file(client):
    with at("2026-11-02"):
        school, other = SchoolClassFactory().school, SchoolClassFactory().school
        equipment.thing(school)
        for number in ("C1", "C2"):
            equipment.thing(other, kind=EquipmentKind.CHARGER, number=number)

    all_of_them = page(client)
    laptops, chargers = page(client, kind="laptop"), page(client, kind="charger")
    tablets = page(client, kind="tablet").content.decode()
    file = page(client, name="export_region_things", kind="charger").content.decode("utf-8-sig")

    assert all_of_them.context["total"] == page(client, kind="spoon").context["total"] == 3
    assert numbers(laptops) == {school.name: {ItemState.AVAILABLE: 1}}
    assert numbers(chargers) == {other.name: {ItemState.AVAILABLE: 2}}
    assert "?day=2026-12-15&amp;kind=charger" in chargers.content.decode()
    assert "No school had anything of this kind on that day" in tablets
    assert [row[1:3] for row in csv.reader(io.StringIO(file), delimiter=";")][1:] == [
        [other.name, "2"]
    ]


@pytest.mark.parametrize(("people", "shown"), [(4, None), (5, 5)])
def test_students_who_wait_are_counted_once_a_month_and_hidden_below_five(client, people, shown):
    with at("2026-11-02"):
        school_class = SchoolClassFactory()
        equipment.thing(school_class.school)
        students = StudentFactory.create_batch(people + 1, in_class=school_class)
        for student in students[:people]:
            equipment.need_of(student)
            equipment.need_of(student, wants="connection")  # one person, not two
    with at("2026-12-08"):
        equipment.need_of(students[-1])  # after the first of December: not counted until January

    answer = page(client)

    assert [waiting for *_row, waiting in answer.context["rows"]] == [shown]
    assert "fewer than five" in answer.text or shown
    assert (
        page(client, "2026-11-20").context["rows"][0][-1] is None
    )  # nobody had asked on the first


def test_the_region_s_page_costs_the_same_for_all_lycées(client):
    by = equipment.OfficeFactory()
    with at("2026-11-02"):
        for school_class in SchoolClassFactory.create_batch(30):
            equipment.thing(school_class.school, by=by)

    with at("2026-12-15"):
        client.force_login(RegistrarFactory())
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("continuity:region_things"))

    assert len(asked) <= MOST_STATEMENTS


def test_the_region_reads_for_how_long_a_held_thing_is_known(client):
    with at("2026-11-02"):
        equipment.thing(SchoolClassFactory().school)

    text = " ".join(page(client, "2026-11-20").text.split())

    assert "an agreement that came to no loan is erased then" in text
