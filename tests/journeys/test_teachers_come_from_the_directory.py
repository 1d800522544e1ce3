"""A school's teachers come from the set that brings its students, with a leader's yes, and leave with it."""

import datetime
import os

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from courses.mail.models import Letter
from courses.people.enums import Letters, Role
from courses.people.models import (
    Identity,
    Membership,
    Teaching,
    Tutorship,
    today,
)
from courses.roster.enums import ImportState, RosterChangeState
from courses.roster.models import (
    RosterChange,
    RosterFolder,
    RosterImport,
    StagedTeacher,
)
from courses.roster.services import folder as folders
from tests.factories.bundles import a_pupil, an_enrolment, files_of, tables_of
from tests.factories.people import MembershipFactory, TeacherFactory
from tests.factories.rosters import (
    UAI,
    a_set,
    a_teacher,
    apply,
    choose,
    of_key,
    packed,
    the_samples,
    undo,
    with_staff,
)
from tests.factories.school_pages import told
from tests.factories.staff import (
    NEXT_DAY,
    STAFF,
    STUDENTS,
    a_school_with_subjects,
    follow,
    schools_of,
    taught,
    teachers_of,
    with_the_samples_of,
)
from tests.factories.worker import run_worker

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]
LEADER_UNDOES = (
    "This set changed teachers, guardians or who is of age: a leader of your school undoes it."
)


@pytest.fixture
def school():
    return a_school_with_subjects()


def test_the_sample_brings_its_teachers_with_keys_and_invitations(client, school, leader):
    trial = choose(client, leader, school, the_samples())
    nobody = Identity.objects.count()
    page = apply(client, leader)

    assert nobody == 0
    assert "3 teachers are new in the directory" in trial.text
    assert "1 other person of the staff is passed over" in trial.text
    assert "couldn’t be applied" not in page.text
    noel = of_key("4000001")
    assert (noel.given_name, noel.family_name) == ("NOËL", "BEN SAÏD")
    assert noel.email == "agent4000001@ac-normandie.example"
    assert noel.identities.get().namespace == "aaf:70"
    assert schools_of(noel) == [school.pk]
    assert not noel.has_usable_password()
    assert Letter.objects.filter(kind=Letters.INVITATION, to=noel).count() == 1
    assert taught(noel) == [("2DE1", "francais"), ("2DE1G1", "francais")]
    assert Tutorship.objects.on(today()).get(school_class__name="2DE1").teacher == noel
    assert not Identity.objects.filter(value="4000004").exists()  # who leads the school
    assert not Identity.objects.filter(value="4000007").exists()  # another school's
    assert StagedTeacher.objects.count() == 0


def test_a_second_import_of_the_sample_changes_nothing(client, school, leader):
    choose(client, leader, school, the_samples())
    apply(client, leader)
    before = list(Teaching.objects.values()), list(Membership.objects.values())

    again = choose(client, leader, school, with_the_samples_of("20261121"))

    assert "Nothing to do" in again.text
    assert (list(Teaching.objects.values()), list(Membership.objects.values())) == before


def test_a_set_without_files_of_the_staff_says_nothing_of_teachers(client, school, leader):
    follow(client, leader, school, *STAFF)

    page = choose(client, leader, school, a_set(UAI, *STUDENTS, day="20261121"))

    assert "Nothing to do" in page.text
    assert "teacher" not in page.text.partition("<h2")[2].partition("</section>")[0]
    assert len(teachers_of(school)) == 25


def test_who_isnt_in_the_next_set_leaves_and_the_account_stays(client, school, leader):
    follow(client, leader, school, *STAFF)
    gone = of_key("4024")
    with time_machine.travel(NEXT_DAY):
        trial, _page = follow(client, leader, school, *STAFF[:24], day="20261126")

        assert "1 teacher leaves your school" in trial.text
        assert "Paused" not in trial.text
        assert schools_of(gone) == []
        gone.refresh_from_db()
        assert gone.is_active

        back, _page = follow(client, leader, school, *STAFF, day="20261127")
    assert "1 teacher is back" in back.text
    with time_machine.travel(NEXT_DAY):
        assert schools_of(gone) == [school.pk]


def test_many_teachers_missing_pause_the_set_and_may_be_left_out(client, school, leader):
    follow(client, leader, school, *STAFF)

    trial, _page = follow(client, leader, school, *STAFF[:23], day="20261121", what="rest")

    assert "Paused" in trial.text
    assert "2 teachers of 25 would leave." in trial.text
    assert len(teachers_of(school)) == 25
    kept = RosterChange.objects.filter(state=RosterChangeState.KEPT)
    assert set(kept.values_list("kind", flat=True)) == {"t_left"}


def test_whom_no_set_brought_survives_and_the_page_says_so(client, school, leader):
    by_hand = TeacherFactory(
        works_at=school, email="agent4000@ac-normandie.example", family_name="HÉBERT"
    )
    follow(client, leader, school, *STAFF, same_teachers="yes")
    assert of_key("4000") == by_hand

    page = choose(
        client, leader, school, with_staff(UAI, *STAFF[1:], students=STUDENTS, day="20261121")
    )

    assert "Nothing to do" in page.text
    assert schools_of(by_hand) == [school.pk]


def test_with_the_offices_yes_teachers_stay_out(client, school, leader):
    clerk = MembershipFactory(role=Role.OFFICE, organisation=school, person__language="en").person

    trial, page = follow(client, clerk, school, STAFF[0])
    again, _page = follow(client, leader, school, STAFF[0], day="20261121")
    refused = undo(client, clerk)

    assert "1 change of a teacher needs the yes of a leader of your school" in trial.text
    assert "1 change of a teacher was left out; a later complete set asks again." in page.text
    assert "1 teacher is new in the directory" in again.text
    assert schools_of(of_key("4000")) == [school.pk]
    assert told(refused) == [LEADER_UNDOES]


def test_a_bundle_of_oneroster_brings_teachers_too(client, school, leader):
    pupils = [a_pupil("1", "Inès", "ABADIE", "2DE1", ["M1"]), a_pupil("2", "Tom", "BRU", "2DE2")]
    tables = tables_of(*pupils)
    tables["enrollments"].append(an_enrolment("teacher", "M1", role="teacher"))
    tables["classes"][-1]["subjects"] = "Mathématiques"

    trial = choose(client, leader, school, packed(files_of(tables), today()))
    apply(client, leader)
    with time_machine.travel(NEXT_DAY):
        again = choose(client, leader, school, packed(files_of(tables), today()))

    claire = of_key("teacher")
    assert "1 teacher is new in the directory" in trial.text
    assert (claire.email, schools_of(claire)) == ("claire.morel@lycee.example", [school.pk])
    assert taught(claire) == [("2DE1", "maths")]
    assert Tutorship.objects.on(today()).get().teacher == claire
    assert Letter.objects.filter(kind=Letters.INVITATION, to=claire).count() == 1
    assert "Nothing to do" in again.text


def test_teachers_come_by_themselves_only_where_a_leader_chose_so(
    client, school, leader, settings, tmp_path
):
    settings.ROSTER_FOLDER = tmp_path
    clerk = MembershipFactory(role=Role.OFFICE, organisation=school).person
    follow(client, leader, school)

    def comes(day: str, by, *more: str) -> str:
        folders.set_folder(
            school=school, by=by, recipients=[leader], applies_by_itself=True, now=timezone.now()
        )
        path = tmp_path / UAI / f"{day}.zip"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(with_staff(UAI, STAFF[0], *more, students=STUDENTS, day=day))
        os.utime(path, (0, 0))
        folders.take(RosterFolder.objects.get().pk, timezone.now())
        run_worker()
        return RosterImport.objects.first().state

    the_first = comes("20261121", leader)
    apply(client, leader)
    of_the_office = comes("20261122", clerk, STAFF[1])
    of_a_leader = comes("20261123", leader, STAFF[1])

    # Who wished it so before sets named teachers hasn't wished it of teachers.
    assert the_first == ImportState.WAITING
    assert (of_the_office, of_a_leader) == (ImportState.WAITING, ImportState.APPLIED)
    assert schools_of(of_key("4001")) == [school.pk]


def test_whom_no_set_brought_is_named_while_a_set_waits(client, school, leader):
    by_hand = TeacherFactory(
        works_at=school, email="agent4000@ac-normandie.example", family_name="HÉBERT"
    )
    follow(client, leader, school, STAFF[0], same_teachers="yes")

    page = choose(
        client, leader, school, with_staff(UAI, STAFF[1], students=STUDENTS, day="20261121")
    )

    assert "Teachers whom this set doesn’t name (1)" in page.text
    assert by_hand.register_name in page.text
    assert "0 teachers leave your school" in page.text


def test_whom_a_registrar_took_out_stays_out(client, school, leader):
    follow(client, leader, school, *STAFF)
    Membership.objects.filter(person=of_key("4000")).update(
        until=datetime.date(2026, 11, 24), since=datetime.date(2026, 11, 1)
    )

    page = choose(
        client, leader, school, with_staff(UAI, *STAFF, students=STUDENTS, day="20261121")
    )

    assert "Nothing to do" in page.text


def test_a_record_without_a_key_lets_no_teacher_leave(client, school, leader):
    follow(client, leader, school, *STAFF)
    unknown = a_teacher("", "Zoé", "HÉBERT")

    page = choose(
        client,
        leader,
        school,
        with_staff(UAI, *STAFF[:5], unknown, students=STUDENTS, day="20261121"),
    )

    assert "The key is missing" in page.text
    assert RosterImport.objects.first().state == ImportState.NOTHING


def test_pages_of_many_teachers_ask_a_known_number_of_queries(
    client, school, leader, django_assert_max_num_queries
):
    choose(client, leader, school, with_staff(UAI, *STAFF, students=STUDENTS))
    client.force_login(leader)
    one = RosterImport.objects.get()

    with django_assert_max_num_queries(15):
        client.get(reverse("roster:import", args=[one.public_id]))
