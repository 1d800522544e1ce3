"""Two lycées become one: the ministry gives a UAI up, and a registrar enters as which it goes on."""

import datetime

import pytest
from django.db import transaction
from django.urls import reverse

from continuity.models import EquipmentItem, SurveyAnswer, SurveyCampaign
from courses.catalogue.models import Licence
from courses.exceptions import Refusal
from courses.people.enums import Role
from courses.people.models import Membership, Organisation, SchoolClass
from courses.people.rules.memberships import why_not_join
from courses.people.services import mergers
from courses.people.services.groups import derive_groups
from courses.roster.models import LastSaid
from tests.factories.catalogue import LicenceFactory
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.equipment import lent, need_of, thing
from tests.factories.guardians import GuardianFactory, follows, with_guardians
from tests.factories.people import (
    AdviserFactory,
    OrganisationFactory,
    RegistrarFactory,
    TeacherFactory,
)
from tests.factories.rosters import a_set, a_student, apply, choose
from tests.factories.school_pages import send
from tests.factories.survey import answered, campaign_of
from tests.factories.worker import run_worker

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.at("2026-11-25T12:00"),
    pytest.mark.usefixtures("english"),
]
EARLIER = datetime.date(2019, 9, 1)


@pytest.fixture
def old():
    return OrganisationFactory(name="Lycée des Sapins", uai="0141000A")


@pytest.fixture
def into():
    return OrganisationFactory(name="Lycée du Port", uai="0141001B")


@pytest.fixture
def registrar():
    registrar = RegistrarFactory(language="en")
    derive_groups(registrar)
    return registrar


def merged(old, into, by=None):
    merger = mergers.merge(old=old, into=into, by=by)
    old.refresh_from_db()
    return merger


def page_of(client, registrar, old, **said):
    client.force_login(registrar)
    return client.get(reverse("people:merge_school", args=[old.public_id]), said)


def yes(client, registrar, old, into, **said):
    client.force_login(registrar)
    address = reverse("people:merge_school", args=[old.public_id])
    return client.post(address, {"uai": into.uai, **said}, follow=True)


def test_first_it_is_shown_then_done(client, registrar, old, into):
    school_class = SchoolClassFactory(school=old, name="2DE1")
    SchoolClassFactory(school=into, name="2DE1")
    student = StudentFactory(in_class=school_class)

    shown = page_of(client, registrar, old, uai="0141001b ")
    unread = yes(client, registrar, old, into)

    assert "What goes to Lycée du Port, Caen (0141001B)" in shown.text
    assert "1 membership, with its past" in shown.text
    assert "The class 2DE1 becomes 2DE1 0141000A: both schools have one." in shown.text
    assert unread.status_code == 422
    assert "It can’t be taken back: read what follows" in unread.text
    assert student.memberships.get().organisation == old  # nothing was done yet

    done = yes(client, registrar, old, into, is_so="on")

    assert "Lycée des Sapins, Caen goes on as Lycée du Port, Caen." in done.text
    assert "old links lead there" in done.text
    assert student.memberships.get().organisation == into
    assert sorted(SchoolClass.objects.values_list("school", "name")) == [
        (into.pk, "2DE1"),
        (into.pk, "2DE1 0141000A"),
    ]


@pytest.mark.parametrize("person", [AdviserFactory, TeacherFactory])
def test_only_registrars_enter_it(client, old, into, person):
    client.force_login(person())

    asked = client.get(reverse("people:merge_school", args=[old.public_id]))
    sent = client.post(
        reverse("people:merge_school", args=[old.public_id]), {"uai": into.uai, "is_so": "on"}
    )

    assert (asked.status_code, sent.status_code) == (403, 403)
    old.refresh_from_db()
    assert old.merged_into is None


def test_who_was_at_both_has_one_period(old, into):
    teacher = TeacherFactory(works_at=[into])
    Membership.objects.create(
        person=teacher, organisation=old, role=Role.TEACHER, since=EARLIER, until=None
    )
    past = Membership.objects.create(
        person=teacher,
        organisation=old,
        role=Role.TEACHER,
        since=datetime.date(2015, 9, 1),
        until=datetime.date(2016, 8, 31),
    )

    merged(old, into)

    held = teacher.memberships.order_by("since").values_list("organisation", "since", "until")
    assert list(held) == [
        (into.pk, past.since, past.until),
        (into.pk, EARLIER, None),
    ]


def test_a_licence_of_both_stays_and_others_follow(old, into):
    both = LicenceFactory(school=into)
    LicenceFactory(school=old, resource=both.resource, scope=both.scope, since=both.since)
    other = LicenceFactory(school=old)

    merged(old, into)

    assert set(Licence.objects.filter(school=into)) == {both, other}


def test_things_keep_apart_where_both_have_a_number(old, into):
    thing(into, number="12", serial="S-1")
    mine = thing(old, number="12", serial="S-1")

    merger = merged(old, into)

    mine.refresh_from_db()
    assert (mine.school, mine.number) == (into, "12 0141000A")
    assert mine.serial == "S-1 0141000A"
    assert "Print its label anew." in " ".join(merger.notes)


def test_a_number_that_is_long_stays_within_the_field(old, into):
    for school in (old, into):
        thing(school, number="ABCDEFGHIJKL")
    thing(into, number="ABC 0141000A")

    merged(old, into)

    numbers = EquipmentItem.objects.filter(school=into).values_list("number", flat=True)
    assert sorted(numbers) == ["ABC 0141000A", "ABCDEFGHIJ 2", "ABCDEFGHIJKL"]


def test_a_loan_that_followed_the_student_is_the_schools_own(old, into):
    student = StudentFactory(in_class=SchoolClassFactory(school=old))
    loan = lent(student, thing(old))
    loan.goes_to, loan.goes_since, loan.let_go_by = into, loan.lent_at, student
    loan.save()

    merged(old, into)

    loan.refresh_from_db()
    assert (loan.school, loan.goes_to) == (into, None)


def test_one_need_of_a_kind_stays_open(old, into):
    student = StudentFactory(
        in_class=[SchoolClassFactory(school=old), SchoolClassFactory(school=into)]
    )
    Membership.objects.create(person=student, organisation=into, role=Role.STUDENT, since=EARLIER)
    first = need_of(student, school=old)
    second = need_of(student, school=into)

    merged(old, into)

    assert [one.school for one in (first, second) if not one.refresh_from_db()] == [into, into]
    assert (first.closed_at is None, second.closed_at is None) == (False, True)


def test_answers_to_the_survey_of_one_day_come_together(old, into):
    mine, theirs = campaign_of(old), campaign_of(into)
    student = StudentFactory(in_class=SchoolClassFactory(school=old))
    answered(mine, student)

    merged(old, into)

    assert SurveyAnswer.objects.get().campaign == theirs
    assert list(SurveyCampaign.objects.filter(school=into)) == [theirs]


def test_guardians_need_the_other_school_to_have_them(client, registrar, old, into):
    student = StudentFactory(in_class=SchoolClassFactory(school=old))
    guardian = GuardianFactory()
    guardianship = follows(guardian, student, with_guardians(old))

    refused = yes(client, registrar, old, into, is_so="on")
    assert "they would lose it" in refused.text
    assert refused.status_code == 422

    with_guardians(into)
    yes(client, registrar, old, into, is_so="on")
    guardianship.refresh_from_db()
    assert guardianship.school == into
    assert guardianship.until is None


def test_while_a_set_waits_nothing_is_done(client, registrar, old, into):
    leader = LeaderFactory(leads=old, language="en")
    choose(client, leader, old, a_set(old.uai, a_student("1", "Zoé", "CARON")))

    refused = yes(client, registrar, old, into, is_so="on")

    assert "At Lycée des Sapins, Caen a set or a timetable waits for a yes" in refused.text
    old.refresh_from_db()
    assert old.merged_into is None


def test_the_next_set_of_the_other_school_finds_them(client, old, into):
    leader = LeaderFactory(leads=old, language="en")
    choose(client, leader, old, a_set(old.uai, a_student("1", "Zoé", "CARON", "2DE1")))
    apply(client, leader)
    merged(old, into)
    leader.forget_memberships()

    said = a_student("1", "Zoé", "CARON", "2DE2")
    choose(client, leader, into, a_set(into.uai, said, day="20261122"))
    page = apply(client, leader)

    assert "1 changes class" in page.text
    assert "0 are new" in page.text
    assert LastSaid.objects.get().school == into


def test_old_links_lead_on(client, old, into):
    leader = LeaderFactory(leads=old)
    client.force_login(leader)
    address = reverse("continuity:school", args=[old.public_id])
    merged(old, into)

    answer = client.get(f"{address}?tab=classes")
    posted = client.post(address)

    assert answer.status_code == 302
    assert answer.url == f"{reverse('continuity:school', args=[into.public_id])}?tab=classes"
    assert client.get(answer.url).status_code == 200
    assert posted.status_code in (404, 405)


def test_old_links_of_a_school_that_went_on_twice_lead_to_the_last(client, old, into):
    last = OrganisationFactory()
    leader = LeaderFactory(leads=old)
    merged(old, into)
    merged(into, last)
    client.force_login(leader)

    answer = client.get(reverse("continuity:school", args=[old.public_id]))

    assert answer.url == reverse("continuity:school", args=[last.public_id])


def test_another_schools_leader_learns_nothing(client, old, into):
    merged(old, into)
    client.force_login(LeaderFactory())

    answer = client.get(reverse("continuity:school", args=[old.public_id]), follow=True)

    assert answer.status_code == 404


def test_files_that_name_the_old_uai_lead_on(old, into):
    merged(old, into)

    assert Organisation.objects.by_uai(["0141000a", "0141001B", "9"]) == {
        "0141000A": into,
        "0141001B": into,
    }
    assert list(Organisation.objects.schools()) == [into]


def test_nobody_begins_at_the_old_one(old, into):
    merged(old, into)

    refusal = why_not_join(old, Role.TEACHER, EARLIER, None, others=[])

    assert "goes on as another school since" in refusal.reason


@pytest.mark.parametrize("which", ["itself", "no school", "merged already"])
def test_it_goes_on_as_another_school(old, into, which):
    other = into
    if which == "itself":
        other = old
    if which == "no school":
        into.kind, into.uai = "region", None
        into.save()
    if which == "merged already":
        merged(into, OrganisationFactory())

    with pytest.raises(Refusal), transaction.atomic():
        mergers.merge(old=old, into=other, by=None)

    old.refresh_from_db()
    assert old.merged_into is None


def test_the_leaders_of_both_are_told(client, mailoutbox, registrar, old, into):
    for school in (old, into):
        LeaderFactory(leads=school, language="en")

    yes(client, registrar, old, into, is_so="on")
    run_worker()

    assert len(mailoutbox) == 2
    for message in mailoutbox:
        assert message.subject == "Lycée des Sapins, Caen goes on as Lycée du Port, Caen"
        assert "Leaders of both lead it now." in message.body


def test_the_admin_leads_to_it(client, registrar, old, into):
    client.force_login(registrar)

    page = client.get(reverse("organisations:edit", args=[old.pk]))

    assert reverse("people:merge_school", args=[old.public_id]) in page.text
    assert (
        send(client, registrar, "people:merge_school", old.public_id, uai="nothing").status_code
        == 422
    )
