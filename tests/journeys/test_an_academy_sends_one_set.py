"""A set of a whole académie: each school that takes sets gets its part, and says yes to it."""

import datetime
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.people.enums import Role
from courses.people.models import Membership, Person
from courses.roster.enums import ImportState
from courses.roster.models import AcademySet, RosterChange, RosterImport, StagedStudent
from courses.roster.services import academy, applying
from courses.roster.services import folder as folders
from tests.factories.academies import a_taker, an_academy_set, dropped, of_school
from tests.factories.people import OrganisationFactory, PersonFactory
from tests.factories.rosters import (
    HEAD,
    TAIL,
    a_set,
    a_subject,
    a_teacher,
    apply,
    choose,
    of_key,
    places,
)
from tests.factories.school_pages import get
from tests.factories.worker import run_worker

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]

ONE, TWO, OTHER = "0140004D", "0500025M", "0610001R"
SCHOOLS = {"3001": ONE, "3002": TWO, "3003": OTHER, "3004": "0769999Z"}
STUDENTS = [
    *of_school("3001", ("1", "Inès", "ABADIE"), ("2", "Tom", "BRUNET")),
    *of_school("3002", ("3", "Zoé", "CARON"), school_class="2DE2"),
    *of_school("3003", ("4", "Loïc", "DURAND")),
    *of_school("3004", ("5", "Léa", "ETIENNE")),
]
WHOLE = an_academy_set(SCHOOLS, *STUDENTS)


@pytest.fixture
def folder(settings, tmp_path):
    settings.ROSTER_FOLDER = tmp_path
    return tmp_path


@pytest.fixture
def registrar():
    person = PersonFactory(language="en")
    academy = OrganisationFactory(kind="academy", name="Académie")
    Membership.objects.create(person=person, organisation=academy, role=Role.REGISTRAR)
    return person


def tick() -> None:
    call_command("tick", stdout=StringIO(), stderr=StringIO())
    run_worker()


def minutes_later(number: int):
    return time_machine.travel(timezone.now() + datetime.timedelta(minutes=number), tick=True)


def states() -> list[tuple[str, str, int]]:
    rows = RosterImport.objects.order_by("school__uai", "received_at")
    return [(one.school.uai, one.state, one.students) for one in rows]


def test_each_school_that_takes_sets_gets_its_part_and_says_yes(client, folder):
    one, two = a_taker(ONE), a_taker(TWO)
    OrganisationFactory(kind="school", uai=OTHER)  # takes none
    path = dropped(folder, WHOLE)

    tick()

    assert not path.exists()
    assert states() == [(ONE, ImportState.WAITING, 2), (TWO, ImportState.WAITING, 1)]
    assert not Person.objects.filter(identities__value__in="12345").exists()
    assert set(StagedStudent.objects.values_list("key", flat=True)) == {"1", "2", "3"}
    told = sorted((message.to[0], message.subject) for message in mail.outbox)
    waits = "A set of the directory waits for your yes"
    assert told == sorted(
        (f"{school.leader} <{school.leader.email}>", waits) for school in (one, two)
    )
    assert f"came, and with it the part of {one}. Nothing of it is applied yet." in "".join(
        message.body for message in mail.outbox
    )

    apply(client, two.leader, RosterImport.objects.get(school=two))

    assert places(of_key("3")) == ["2DE2"]
    assert states()[0] == (ONE, ImportState.WAITING, 2)
    whole = AcademySet.objects.get()
    assert (whole.unknown, whole.uais) == (1, sorted(SCHOOLS.values()))


def test_what_is_no_uai_is_no_school(folder):
    a_taker(ONE)
    named = {"3001": ONE, "3005": "", "3006": "0140004D0"}
    dropped(folder, an_academy_set(named, *STUDENTS[:2]))

    academy.take(timezone.now())

    whole = AcademySet.objects.get()
    assert (whole.uais, whole.unknown) == ([ONE], 0)


def test_the_command_says_what_became_of_each_school(folder, registrar, tmp_path):
    school = a_taker(ONE)
    file = dropped(tmp_path, WHOLE, name="set.zip")
    said = StringIO()

    call_command("receive_academy_set", str(file), by=registrar.login, stdout=said)

    assert said.getvalue().splitlines() == [
        f"{ONE} {school}: waits for the school’s yes · 2 changes",
        "UAI that no school here has: 3",
    ]
    assert file.exists()
    with pytest.raises(CommandError, match="This is the very archive that was read on"):
        call_command("receive_academy_set", str(file), by=registrar.login)
    with pytest.raises(CommandError, match="is no registrar"):
        call_command("receive_academy_set", str(file), by=school.leader.login)


def test_the_registrar_sees_schools_and_numbers_and_nobodys_name(client, folder, registrar):
    school, no_part = a_taker(ONE), a_taker("0140009Z")
    OrganisationFactory(kind="school", uai=OTHER)
    dropped(folder, WHOLE)
    tick()

    page = get(client, registrar, "roster:academy").text

    nothing = page[page.index(str(no_part)) :]
    assert "The set says nothing of this school." in nothing[: nothing.index("</tr>")]
    assert [message.to for message in mail.outbox] == [[f"{school.leader} <{school.leader.email}>"]]
    row = page[page.index(str(school)) :]
    assert row.index("Waits for the school’s yes") < row.index(">2<")
    assert "The set names 4 schools." in page
    assert "1 of them was here and took no sets by itself." in page
    assert "2 of them weren’t here." in page
    assert not [name for name in ("ABADIE", "BRUNET", "Inès") if name in page]
    assert (
        "from the set of the académie"
        in get(client, school.leader, "roster:school", school.public_id).text
    )


def test_the_same_archive_again_is_not_read_and_a_school_that_comes_later_gets_its_part(folder):
    a_taker(ONE)
    dropped(folder, WHOLE)
    tick()
    before = RosterImport.objects.get()

    path = dropped(folder, WHOLE)
    with minutes_later(1), CaptureQueriesContext(connection) as queries:
        academy.take(timezone.now())

    assert not path.exists()
    assert [one.pk for one in RosterImport.objects.all()] == [before.pk]
    assert len(queries) == 3
    a_taker(TWO)
    dropped(folder, WHOLE)
    with minutes_later(2):
        academy.take(timezone.now())
    assert states() == [(ONE, ImportState.WAITING, 2), (TWO, ImportState.WAITING, 1)]
    assert RosterImport.objects.get(school__uai=ONE).pk == before.pk
    assert AcademySet.objects.count() == 1


def test_the_same_content_the_next_day_changes_nothing(client, folder):
    school = a_taker(ONE)
    dropped(folder, WHOLE)
    tick()
    apply(client, school.leader)

    dropped(folder, an_academy_set(SCHOOLS, *STUDENTS, day="20261121"))
    academy.take(timezone.now())

    assert states() == [(ONE, ImportState.APPLIED, 2), (ONE, ImportState.NOTHING, 2)]


def test_a_newer_set_takes_the_place_of_the_part_that_waits(folder):
    a_taker(ONE)
    dropped(folder, WHOLE)
    tick()

    dropped(folder, an_academy_set(SCHOOLS, *STUDENTS[1:], day="20261121"))
    academy.take(timezone.now())

    assert states() == [(ONE, ImportState.REFUSED, 2), (ONE, ImportState.WAITING, 1)]


def test_what_a_killed_worker_left_is_gone_on_with(folder):
    """It was killed after the first school: its row isn't closed, and the archive is claimed."""
    a_taker(ONE)
    path = dropped(folder, WHOLE)
    academy.take(timezone.now())
    kept = RosterImport.objects.get()
    AcademySet.objects.update(closed_at=None)
    a_taker(TWO)
    folders.claim(dropped(folder, WHOLE))

    tick()

    assert sorted(RosterImport.objects.values_list("school__uai", flat=True)) == [ONE, TWO]
    assert RosterImport.objects.get(school__uai=ONE) == kept
    assert AcademySet.objects.get().closed_at is not None
    assert not path.exists()
    assert not list(folder.iterdir())


def test_a_set_that_is_refused_stands_on_the_page_once_and_is_removed(client, folder, registrar):
    a_taker(ONE)
    for _night in range(2):
        path = dropped(folder, an_academy_set(SCHOOLS, *STUDENTS, day="20261201"))
        academy.take(timezone.now())
        assert not path.exists()

    page = get(client, registrar, "roster:academy").text

    assert page.count("This set says that it is of Tuesday 1 December 2026") == 1
    assert AcademySet.objects.count() == 1
    assert "academie.zip" in page


def test_half_an_archive_is_tried_again_for_an_hour(folder):
    a_taker(ONE)
    path = dropped(folder, WHOLE[:-100])

    academy.take(timezone.now())

    assert len(list(folder.iterdir())) == 1
    assert not AcademySet.objects.exists()
    for left in folder.iterdir():
        left.unlink()
    dropped(folder, WHOLE[:-100], rested=datetime.timedelta(hours=2))
    academy.take(timezone.now())
    assert not path.exists()
    assert AcademySet.objects.get().whole_refusal.reason == "This isn’t a zip archive."


def test_a_part_that_cant_be_read_is_told_once_and_the_others_come(client, folder, registrar):
    """It has 601 classes."""
    one = a_taker(ONE)
    a_taker(TWO)
    many = [
        student
        for n in range(601)
        for student in of_school("3001", (f"9{n}", "Inès", "ABADIE"), school_class=f"2DE{n}")
    ]
    data = an_academy_set(SCHOOLS, *many, *STUDENTS, each=1_000)
    for _night in range(2):
        dropped(folder, data)
        academy.take(timezone.now())
    run_worker()

    assert states() == [(TWO, ImportState.WAITING, 1)]
    told = [m for m in mail.outbox if m.subject == "A set of the directory was refused"]
    assert [message.to for message in told] == [[f"{one.leader} <{one.leader.email}>"]]
    assert f"The part of {one} in the set of the whole académie (“academie.zip”)" in told[0].body
    assert "more than 600 classes and groups" in told[0].body
    assert "more than 600 classes and groups" in get(client, registrar, "roster:academy").text


def test_a_set_that_a_person_chose_stands_in_the_way_and_the_part_comes_once_it_is_over(
    client, folder
):
    school = a_taker(ONE)
    choose(client, school.leader, school, a_set(ONE, STUDENTS[0]))
    chosen = RosterImport.objects.get()
    dropped(folder, WHOLE)
    academy.take(timezone.now())
    assert AcademySet.objects.get().refusals.get().why_not.reason == (
        "Another set of the school waits for a yes, or is being applied or undone: once that is over,"
        " the school gets its part of a set that comes then."
    )
    assert RosterImport.objects.get() == chosen
    run_worker()
    assert not mail.outbox

    applying.set_aside(chosen, by=school.leader)
    dropped(folder, WHOLE)
    academy.take(timezone.now())

    assert states() == [(ONE, ImportState.REFUSED, 1), (ONE, ImportState.WAITING, 2)]
    assert not AcademySet.objects.get().refusals.exists()


def test_a_part_is_applied_by_itself_where_the_school_wishes_it(client, folder):
    """After a first yes of the school year, as each set that comes by itself."""
    school = a_taker(ONE, applies_by_itself=True)
    dropped(folder, WHOLE)
    tick()
    assert states() == [(ONE, ImportState.WAITING, 2)]
    apply(client, school.leader)

    moved = of_school("3001", ("1", "Inès", "ABADIE"), school_class="2DE2")
    dropped(folder, an_academy_set(SCHOOLS, *moved, *STUDENTS[1:], day="20261121"))
    academy.take(timezone.now())
    run_worker()

    assert places(of_key("1")) == ["2DE2"]


def test_a_teacher_of_two_schools_comes_with_both_parts_and_lines_are_those_of_the_set(folder):
    one, two = a_taker(ONE), a_taker(TWO)
    here = a_teacher("70", "Camille", "AGENT", taught=["2DE1$020700"])
    both = here.replace("3001$ENS$", "3002$ENS$X$L0202$X</value><value>3001$ENS$")
    more = {
        "ENT_NORMANDIE_Complet_20261120_PersEducNat_0000.xml": (HEAD + both + TAIL).encode(),
        "ENT_NORMANDIE_Complet_20261120_MatiereEducNat_0000.xml": (
            HEAD + a_subject("020700", "FRANCAIS") + TAIL
        ).encode(),
    }
    dropped(folder, an_academy_set(SCHOOLS, *STUDENTS, more=more))

    academy.take(timezone.now())

    named = RosterChange.objects.filter(kind="t_new").order_by("roster_import__school__uai")
    assert [(change.key, change.roster_import.school) for change in named] == [
        ("70", one),
        ("70", two),
    ]
    new = RosterChange.objects.get(key="3")
    assert (new.file, new.line) == ("ENT_NORMANDIE_Complet_20261120_Eleve_0001.xml", 5)
