"""A guardian follows the week of the children: by account, or by a personal link without one."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from continuity.families.views.doors import OPENED_A_MINUTE, WRONG_A_MINUTE
from continuity.models import Feedback, Tick, WeekOpening
from courses.people.models import ComingOfAge, Guardianship, LoginSession
from courses.people.services import guardians, guardians_left
from tests.factories import answers, handins
from tests.factories.continuity import (
    MONDAY,
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    at,
    homework_item,
    lesson_item,
    part_of,
    teaching,
)
from tests.factories.guardians import GuardianFactory, follows, linked, with_guardians

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-12-01T12:00")]


@pytest.fixture
def student(school_class):
    return StudentFactory(in_class=school_class, given_name="Lilas")


@pytest.fixture
def guardian():
    return GuardianFactory(language="en")


@pytest.fixture
def read(client):
    def answer(name, *args):
        return client.get(reverse(name, args=args), headers={"Accept-Language": "en"})

    return answer


def given(school_class, title="Les volcans", due=None):
    part = part_of(teaching(school_class), MONDAY)
    return homework_item(part, due_at=due or at(MONDAY, 8), title=title)


def test_three_children_in_two_schools_stand_on_one_page_each_named(client, read, guardian):
    elsewhere = SchoolClassFactory(name="1re 2")
    here = SchoolClassFactory(name="2de 4")
    names = {"Lilas": here, "Mésange": here, "Noisetier": elsewhere}
    for name, of in names.items():
        follows(guardian, StudentFactory(in_class=of, given_name=name))
    given(here)
    client.force_login(guardian)

    told = read("continuity:children").content.decode()

    for name in names:
        assert name in told
    assert told.count("1 late") == 2
    assert elsewhere.school.name in told
    assert here.school.name in told


def test_another_family_s_child_is_not_there(client, read, guardian, student):
    follows(guardian, StudentFactory())
    other = follows(GuardianFactory(), student)
    client.force_login(guardian)

    assert read("continuity:child_week", other.public_id).status_code == 404


def test_the_week_is_the_student_s_own_and_reading_it_marks_nothing(
    client, read, guardian, student, school_class
):
    item = given(school_class)
    handin = handins.bound(handins.handed_in(item.assignment, student))
    answers.returned(handin, comment="Relis la fin.")
    kept = follows(guardian, student)
    client.force_login(guardian)

    told = read("continuity:child_week", kept.public_id).content.decode()

    assert "Les volcans" in told
    assert "Relis la fin." in told
    assert Feedback.objects.get(handin=handin).read_at is None
    assert not Tick.objects.exists()
    assert not WeekOpening.objects.exists()
    assert not LoginSession.objects.filter(person=student).exists()


def test_a_link_opens_one_child_and_names_nobody_in_its_address(client, read, guardian, student):
    kept = follows(guardian, student)
    token = linked(kept)

    answer = read("continuity:link_week", token)

    assert "Lilas" in answer.content.decode()
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert kept.link.token_hash not in token
    assert not Guardianship.objects.filter(link__token_hash=token).exists()


@pytest.mark.parametrize(
    "gone",
    [
        lambda kept: guardians.make_link(guardianship=kept, by=None),
        lambda kept: guardians.revoke_link(guardianship=kept, by=None),
        lambda kept: guardians.end(guardianship=kept, by=None),
        lambda kept: guardians.switch(school=kept.school, on=False, by=LeaderFactory()),
        lambda kept: guardians.set_of_age(student=kept.student, is_of_age=True, by=LeaderFactory()),
    ],
    ids=["renewed", "revoked", "authority withdrawn", "switched off", "of age"],
)
def test_a_link_that_is_over_opens_nothing(read, guardian, student, gone):
    kept = follows(guardian, student)
    token = linked(kept)
    assert read("continuity:link_week", token).status_code == 200

    gone(kept)

    assert read("continuity:link_week", token).status_code == 404


def test_who_tries_wrong_links_waits_and_no_family_waits_for_them(client, guardian, student):
    token = linked(follows(guardian, student))

    def opened(secret):
        return client.get(reverse("continuity:link_agreement", args=[secret, "none"])).status_code

    with time_machine.travel(timezone.now(), tick=False) as clock:
        wrong = [opened(f"wrong-{n}") for n in range(WRONG_A_MINUTE + 1)]
        right = opened(token)
        clock.shift(datetime.timedelta(minutes=1))
        later = opened("wrong")

    assert wrong == [404] * WRONG_A_MINUTE + [429]
    assert (right, later) == (404, 404)


def test_one_link_opens_so_many_pages_a_minute(client, guardian, student):
    """Of another child's link nothing is counted, though it comes from the same address."""
    token, other = linked(follows(guardian, student)), linked(follows(GuardianFactory(), student))

    def opened(secret):
        return client.get(reverse("continuity:link_agreement", args=[secret, "none"]))

    with time_machine.travel(timezone.now(), tick=False):
        answers = [opened(token) for _n in range(OPENED_A_MINUTE + 1)]
        beside = opened(other).status_code

    assert [one.status_code for one in answers] == [404] * OPENED_A_MINUTE + [429]
    assert answers[-1]["Retry-After"] == "60"
    assert answers[-1]["Cache-Control"] == "private, no-store"
    assert beside == 404


@pytest.mark.parametrize(
    ("day", "status"), [("2027-08-31T12:00", 200), ("2027-09-01T12:00", 404)], ids=["last", "after"]
)
def test_a_link_ends_with_the_school_year(read, guardian, student, day, status):
    token = linked(follows(guardian, student))

    with time_machine.travel(f"{day}+02:00", tick=False):
        assert read("continuity:link_week", token).status_code == status


def test_withdrawn_in_the_middle_of_a_session_the_page_is_gone_at_once(
    client, read, guardian, student
):
    kept = follows(guardian, student)
    client.force_login(guardian)
    assert read("continuity:child_week", kept.public_id).status_code == 200

    guardians.end(guardianship=kept, by=None)

    assert read("continuity:child_week", kept.public_id).status_code in (403, 404)


def test_a_student_of_age_decides(client, read, guardian, student):
    kept = follows(guardian, student)
    client.force_login(guardian)
    guardians.set_of_age(student=student, is_of_age=True, by=LeaderFactory())
    before = read("continuity:child_week", kept.public_id).status_code

    guardians.decide(student=student, shares=True)
    after = read("continuity:child_week", kept.public_id).status_code
    guardians.decide(student=student, shares=False)

    assert (before, after) == (404, 200)
    assert read("continuity:child_week", kept.public_id).status_code == 404
    assert ComingOfAge.objects.get().decided_at


def test_guardians_apart_read_nothing_of_each_other(client, read, guardian, student):
    """Case C31."""
    kept = follows(guardian, student)
    other = GuardianFactory(given_name="Séraphine", family_name="Peuplier")
    follows(other, student)
    client.force_login(guardian)

    for name, args in [("continuity:children", ()), ("continuity:child_week", (kept.public_id,))]:
        told = read(name, *args).content.decode()
        for secret in ("Séraphine", "Peuplier", other.email):
            assert secret not in told


def test_nobody_follows_a_student_where_the_school_has_not_switched_it_on(
    client, read, guardian, student
):
    kept = follows(guardian, student)
    guardians.switch(school=kept.school, on=False, by=LeaderFactory(leads=kept.school))
    client.force_login(guardian)

    assert "Lilas" not in read("continuity:children").content.decode()
    assert read("continuity:child_week", kept.public_id).status_code == 404


def test_a_leader_enters_a_guardian_and_gives_linked(client, student):
    school = with_guardians(student.memberships.get().organisation)
    client.force_login(LeaderFactory(leads=school, language="en"))
    typed = {
        "given_name": "Séraphine",
        "family_name": "Peuplier",
        "email": "",
        "language": "fr",
        "quality": "informed",
    }
    address = reverse("people:student_guardians", args=[student.public_id])
    client.post(address, typed)
    client.post(address, typed)  # sent twice

    kept = Guardianship.objects.get()
    pressed = client.post(reverse("people:make_guardian_link", args=[kept.public_id]))
    told, reloaded = (client.get(pressed.headers["Location"]).text for _time in range(2))

    assert kept.guardian.display_name == "Séraphine Peuplier"
    assert kept.quality == "informed"
    link = told.partition('readonly value="')[2].partition('"')[0]
    assert "/fr/families/link/" in link
    assert 'readonly value="' not in reloaded
    assert client.get(link.removeprefix("http://testserver")).status_code == 200


def test_a_guardian_of_another_school_keeps_one_account(client, student):
    guardian = GuardianFactory(given_name="Séraphine", family_name="Peuplier")
    follows(guardian, StudentFactory())
    school = with_guardians(student.memberships.get().organisation)
    client.force_login(LeaderFactory(leads=school))
    address = reverse("people:student_guardians", args=[student.public_id])

    client.post(
        address,
        {
            "given_name": "seraphine",
            "family_name": "PEUPLIER",
            "email": guardian.email.upper(),
            "language": "fr",
            "quality": "authority",
        },
    )

    assert Guardianship.objects.filter(guardian=guardian).count() == 2


def test_an_address_with_another_name_tells_nothing_of_whose_it_is(client, student):
    stranger = GuardianFactory(given_name="Séraphine", family_name="Peuplier")
    school = with_guardians(student.memberships.get().organisation)
    client.force_login(LeaderFactory(leads=school))
    address = reverse("people:student_guardians", args=[student.public_id])

    told = client.post(
        address,
        {
            "given_name": "Autre",
            "family_name": "Nom",
            "email": stranger.email,
            "language": "fr",
            "quality": "authority",
        },
    ).content.decode()

    assert "Peuplier" not in told
    assert not Guardianship.objects.exists()


def test_who_leaves_the_school_is_followed_by_nobody(student, guardian):
    kept = follows(guardian, student)
    student.memberships.update(until=datetime.date(2026, 11, 30))

    assert guardians_left.sweep(datetime.datetime(2026, 12, 1, 12, tzinfo=datetime.UTC)) == 1
    assert not Guardianship.objects.running().filter(pk=kept.pk).exists()


def test_lessons_stand_in_the_week_too(client, read, guardian, student, school_class):
    part = part_of(teaching(school_class), MONDAY)
    lesson_item(part, title="Les séismes")
    kept = follows(guardian, student)
    client.force_login(guardian)

    assert "Les séismes" in read("continuity:child_week", kept.public_id).content.decode()
