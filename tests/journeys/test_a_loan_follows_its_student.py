"""A student changes school with a laptop (C49): the loan follows until its last day, or is closed by the
return; the lending school and the next one each read their part.
"""

from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from continuity.equipment.queries.loans import may_read
from continuity.equipment.queries.to_see_to import to_see_to_in
from continuity.equipment.services import while_out
from continuity.models import EquipmentItem, Loan, LoanAgreement
from courses.agenda.queries import ONE_DAY
from courses.exceptions import Refusal
from courses.people.enums import Role
from courses.people.models import ClassMembership, Membership
from courses.people.services import leaving
from tests.factories import equipment
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.continuity_pages import address
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.people import _member
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]


@pytest.fixture
def lender():
    return SchoolClassFactory(name="2de 4").school


@pytest.fixture
def next_school():
    return SchoolClassFactory(name="2de 1").school


@pytest.fixture
def student(lender):
    return StudentFactory(
        in_class=lender.classes.get(), given_name="Lilas", language="en", email="l@example.org"
    )


@pytest.fixture
def loan(lender, student):
    return equipment.lent(student, *equipment.with_charger(lender, number="0412"))


@pytest.fixture
def moved(loan, student, next_school):
    """Yesterday was the last day at the lender; from today on she is the next school's."""
    Membership.objects.filter(person=student).update(until=timezone.localdate() - ONE_DAY)
    _member(student, next_school, Role.STUDENT)
    student.__dict__.pop("current_memberships", None)
    return loan


def at_the_desk(client, school):
    person = equipment.office_of(school)
    client.force_login(person)
    return person


def text(client, name, *args) -> str:
    return " ".join(client.get(address(name, *args)).text.split())


def test_the_lender_reads_who_has_left_and_lets_the_loan_follow(
    client, lender, next_school, moved, student, mailoutbox
):
    office = at_the_desk(client, lender)
    assert "Has left this school" in text(client, "school_loans", lender.public_id)
    page = text(client, "loan", moved.public_id)
    assert f"The loan follows to {next_school.name}" in page
    assert "Take everything back below" in page

    for _press in range(2):
        client.post(address("loan_follows", moved.public_id), {"to": next_school.public_id})
    run_worker()

    loan = Loan.objects.get()
    assert (loan.goes_to, loan.let_go_by, loan.ended_at) == (next_school, office, None)
    assert f"Has left; the loan follows to {next_school.name}" in text(
        client, "school_loans", lender.public_id
    )
    (mail,) = mailoutbox
    assert f"also at {next_school.name}: laptop 0412, charger 0412-C." in " ".join(
        mail.body.split()
    )
    client.force_login(student)
    assert f"It goes on at {next_school.name}" in text(client, "my_loans")


def test_the_next_school_reads_what_follows_and_nothing_before(
    client, lender, next_school, moved, student
):
    office = at_the_desk(client, next_school)
    assert "0412" not in text(client, "school_loans", next_school.public_id)

    while_out.follow(loan=moved, to=next_school, by=moved.lent_by)

    page = text(client, "school_loans", next_school.public_id)
    assert "Lent by another school" in page
    assert f"To be given back to {lender.name} by" in page
    assert "0412" in page
    assert client.get(address("loan", moved.public_id)).status_code == 404
    assert EquipmentItem.objects.kept_by(office).count() == 0


@pytest.mark.parametrize("number", [0, 1, 2])
def test_once_the_student_has_left_that_school_too_neither_page_says_that_it_reads_it(
    client, lender, next_school, moved, student, number
):
    while_out.follow(loan=moved, to=next_school, by=moved.lent_by)
    further = [SchoolClassFactory().school for _n in range(number)]
    for school in further:
        _member(student, school, Role.STUDENT)
    at_the_desk(client, next_school)
    leaves = reverse("people:student_leaves", args=[student.public_id])
    said = " ".join(client.get(leaves).text.split())
    assert (
        f"Lent by {lender.name}: 0412, 0412-C. It stays lent, and {lender.name} sees to it" in said
    )
    client.post(leaves)

    assert "0412" not in text(client, "school_loans", next_school.public_id)
    office = at_the_desk(client, lender)
    page = text(client, "loan", moved.public_id)
    assert "That school reads what is lent" not in page
    assert f"The loan followed to {next_school.name} on Monday 30 November" in page
    assert "The student has left that school since, too" in page
    assert "Take everything back below" in page
    offered = [school for school in (*further, next_school) if school.public_id in page]
    assert offered == further
    row = text(client, "school_loans", lender.public_id)
    assert f"Has left this school, and {next_school.name} since" in row
    assert "the loan follows to" not in row
    assert to_see_to_in([lender], timezone.localdate())[lender.pk].left == 1
    if number:
        client.force_login(student)
        assert "0412" in text(client, "my_loans")
        assert "It goes on at" not in text(client, "my_loans")
        while_out.follow(loan=moved, to=further[-1], by=office)
        assert f"It goes on at {further[-1].name}" in text(client, "my_loans")


def test_the_next_school_s_tutor_reads_what_follows_on_the_student_s_page(
    client, next_school, student, moved
):
    leader = LeaderFactory(leads=next_school, language="en")
    client.force_login(leader)
    before = text(client, "student", student.public_id)
    while_out.follow(loan=moved, to=next_school, by=moved.lent_by)
    after = text(client, "student", student.public_id)
    leaving.close_student(student=student, school=next_school, by=leader)

    assert "The school lends nothing to this student at the moment." in before
    assert f"By another school, which sees to it: {moved.school.name}." in after
    assert "laptop 0412" in after.lower()


def test_who_leads_both_schools_reads_only_which_one_lends_it(
    client, lender, next_school, student, moved
):
    while_out.follow(loan=moved, to=next_school, by=moved.lent_by)
    leader = LeaderFactory(leads=next_school, language="en")
    _member(leader, lender, Role.LEADER)
    client.force_login(leader)

    said = text(client, "student", student.public_id)

    assert f"Lent by {lender.name}." in said
    assert "another school" not in said


def test_a_loan_whose_last_day_has_passed_does_not_follow(client, lender, next_school, moved):
    Loan.objects.update(due_on=timezone.localdate() - ONE_DAY)
    at_the_desk(client, lender)

    answer = client.post(
        address("loan_follows", moved.public_id), {"to": next_school.public_id}, follow=True
    )

    assert "The last day has passed. Change it first; then the loan can follow." in answer.text
    moved.refresh_from_db()
    assert moved.goes_to is None


@pytest.mark.parametrize("is_late", [False, True])
def test_a_page_offers_no_school_and_no_last_day_once_that_day_has_passed(
    client, lender, next_school, moved, is_late
):
    Loan.objects.update(due_on=timezone.localdate() - ONE_DAY * is_late)
    at_the_desk(client, lender)

    page = text(client, "loan", moved.public_id)

    assert "Take everything back below: that ends the loan." in page
    assert ("Or let the student keep it until the last day." in page) != is_late
    assert ("change it first if the student is to keep it" in page) == is_late
    assert (f"The loan follows to {next_school.name}" in page) != is_late


@pytest.mark.parametrize("on_their_paper", [False, True])
def test_the_page_says_how_to_have_back_what_the_agreement_lent_until_the_departure(
    client, lender, moved, mailoutbox, on_their_paper
):
    clause = "or until the student leaves the school"
    agreement = moved.agreement
    if not on_their_paper:
        other = StudentFactory(in_class=lender.classes.get())
        agreement.terms["clauses"] = equipment.agreed(other, equipment.thing(lender)).terms[
            "clauses"
        ]
        agreement.save(update_fields=["terms"])
    at_the_desk(client, lender)
    paper, page = (
        text(client, "agreement", agreement.public_id),
        text(client, "loan", moved.public_id),
    )

    says_so = "By the agreement the loan ends when the student leaves the school" in page

    assert says_so == (clause in paper) == (not on_their_paper)
    today = timezone.localdate().isoformat()
    client.post(address("prolong_loan", moved.public_id), {"due_on": today})
    run_worker()
    (mail,) = mailoutbox
    assert "Lent to you, now until 30 November 2026" in " ".join(mail.body.split())


def test_only_of_the_next_school_is_it_said_that_it_lends_nothing(
    client, next_school, moved, student
):
    token = linked(follows(GuardianFactory(), student, school=next_school))

    said = text(client, "link_equipment", token)

    assert (
        "At the moment the school lends the student nothing, and nothing was asked for there."
        in said
    )


def test_the_student_reads_who_sees_what_a_former_school_lends(
    client, lender, next_school, loan, student
):
    client.force_login(student)
    read = {"here": text(client, "my_loans")}
    Membership.objects.filter(person=student).update(until=timezone.localdate() - ONE_DAY)
    _member(student, next_school, Role.STUDENT)
    read["left"] = text(client, "my_loans")
    while_out.follow(loan=loan, to=next_school, by=loan.lent_by)
    read["follows"] = text(client, "my_loans")
    for line in loan.lines.all():
        equipment.back(loan, line.thing)
    read["ended"] = text(client, "my_loans")

    alone = (
        "apart from you, only the management and the office of that school see this loan."
        " Whoever signed may still get emails about it."
    )
    assert {state for state, page in read.items() if alone in page} == {"left"}
    everywhere = "who follow your week see what your school lends you and what you asked it for."
    assert all(everywhere in page and lender.name in page for page in read.values())


def test_it_follows_to_no_school_that_was_left_meanwhile(
    client, lender, next_school, student, moved
):
    at_the_desk(client, lender)
    leader = LeaderFactory(leads=next_school)
    leaving.close_student(student=student, school=next_school, by=leader)

    answer = client.post(
        address("loan_follows", moved.public_id), {"to": next_school.public_id}, follow=True
    )

    assert f"isn’t a student of {next_school.name} any more." in unescape(answer.text)
    moved.refresh_from_db()
    assert moved.goes_to is None


@pytest.mark.parametrize("is_late", [False, True])
@pytest.mark.parametrize("followed", [False, True])
def test_a_school_that_was_left_is_named_whatever_else_is_in_the_way(
    client, lender, next_school, student, moved, followed, is_late
):
    """Not the last day first: once that is changed, it would still be refused."""
    if followed:
        while_out.follow(loan=moved, to=next_school, by=moved.lent_by)
    Loan.objects.update(due_on=timezone.localdate() - ONE_DAY * is_late)
    leaving.close_student(student=student, school=next_school, by=LeaderFactory(leads=next_school))
    at_the_desk(client, lender)

    answer = client.post(
        address("loan_follows", moved.public_id), {"to": next_school.public_id}, follow=True
    )

    assert f"isn’t a student of {next_school.name} any more." in unescape(answer.text)
    assert "It is saved." not in answer.text


def test_a_school_that_is_not_there_is_not_saved(client, lender, next_school, moved):
    at_the_desk(client, lender)
    while_out.follow(loan=moved, to=next_school, by=moved.lent_by)

    answer = client.post(address("loan_follows", moved.public_id), {"to": "nowhere"})

    assert answer.status_code == 404
    assert Loan.objects.get().goes_to == next_school


def test_a_departure_from_there_that_is_undone_lets_it_follow_again(
    client, lender, next_school, moved, student
):
    while_out.follow(loan=moved, to=next_school, by=moved.lent_by)
    office = equipment.office_of(next_school)
    assert to_see_to_in([lender], timezone.localdate())[lender.pk].left == 0
    leaving.close_student(student=student, school=next_school, by=office)
    assert to_see_to_in([lender], timezone.localdate())[lender.pk].left == 1

    leaving.reopen_student(student=student, school=next_school, by=office)

    assert to_see_to_in([lender], timezone.localdate())[lender.pk].left == 0
    at_the_desk(client, lender)
    assert "That school reads what is lent" in text(client, "loan", moved.public_id)
    at_the_desk(client, next_school)
    assert "0412" in text(client, "school_loans", next_school.public_id)


def test_no_email_says_that_it_goes_on_where_the_student_has_left_meanwhile(
    lender, next_school, moved, student, mailoutbox
):
    _member(student, SchoolClassFactory().school, Role.STUDENT)
    while_out.follow(loan=moved, to=next_school, by=moved.lent_by)
    office = equipment.office_of(next_school)
    leaving.close_student(student=student, school=next_school, by=office)

    run_worker()

    assert mailoutbox == []


@pytest.mark.parametrize("is_late", [False, True])
def test_no_email_after_the_last_day_says_that_it_is_kept_until_then(
    next_school, moved, mailoutbox, is_late
):
    while_out.follow(loan=moved, to=next_school, by=moved.lent_by)
    Loan.objects.update(due_on=timezone.localdate() - ONE_DAY * is_late)

    run_worker()

    assert len(mailoutbox) == (not is_late)


def test_one_email_says_that_it_follows_where_it_was_called_back_and_let_go_again(
    next_school, moved, mailoutbox
):
    for to in (next_school, None, next_school):
        while_out.follow(loan=moved, to=to, by=moved.lent_by)

    run_worker()

    assert len(mailoutbox) == 1
    assert next_school.name in mailoutbox[0].body


def test_called_back_after_the_student_left_that_school_too(
    client, lender, next_school, moved, student, mailoutbox
):
    _member(student, SchoolClassFactory().school, Role.STUDENT)
    while_out.follow(loan=moved, to=next_school, by=moved.lent_by)
    office = equipment.office_of(next_school)
    leaving.close_student(student=student, school=next_school, by=office)
    run_worker()
    at_the_desk(client, lender)
    assert "It is to come back after all" in text(client, "loan", moved.public_id)

    client.post(address("loan_follows", moved.public_id))
    run_worker()

    (mail,) = mailoutbox
    assert f"Please give back to {lender.name}: laptop 0412" in " ".join(mail.body.split())
    assert next_school.name not in text(client, "loan", moved.public_id)


@pytest.mark.parametrize("follows_there", [False, True])
def test_it_is_shown_in_the_same_schools_by_query_and_by_row(
    lender, next_school, moved, follows_there
):
    if follows_there:
        while_out.follow(loan=moved, to=next_school, by=moved.lent_by)
    loan, elsewhere = Loan.objects.get(), SchoolClassFactory().school
    schools = [lender, next_school, elsewhere]

    by_query = [one.pk for one in schools if Loan.objects.shown_in(one).exists()]
    agreements = [one.pk for one in schools if LoanAgreement.objects.shown_in(one).exists()]

    shown = [lender.pk, next_school.pk] if follows_there else [lender.pk]
    assert by_query == agreements == loan.shown_in_pks == shown


def test_its_guardians_read_and_report_it_through_the_next_school(
    client, next_school, moved, student
):
    kept = follows(GuardianFactory(), student, school=next_school)
    token, line = linked(kept), moved.lines.get(thing__number="0412")
    assert "0412" not in text(client, "link_equipment", token)
    assert client.get(address("link_report", token, line.public_id)).status_code == 404
    assert not may_read(kept.guardian, moved.agreement)

    while_out.follow(loan=moved, to=next_school, by=moved.lent_by)

    page = client.get(address("link_equipment", token)).text
    for name, one in (("link_report", line), ("link_agreement", moved.agreement)):
        assert address(name, token, one.public_id) in page
        assert client.get(address(name, token, one.public_id)).status_code == 200
    assert client.get(address("link_receipt", token, moved.public_id)).status_code == 200
    assert may_read(kept.guardian, LoanAgreement.objects.get())


def test_a_last_day_that_has_passed_is_said_at_the_next_school_too(
    client, next_school, moved, student
):
    there = next_school.classes.get()
    ClassMembership.objects.filter(student=student).update(school_class=there)
    token = linked(follows(GuardianFactory(), student, school=next_school))
    while_out.follow(loan=moved, to=next_school, by=moved.lent_by)
    Loan.objects.update(due_on=timezone.localdate() - ONE_DAY)
    client.force_login(student)

    assert "Lent to you: to be given back by 29 November" in text(client, "week")
    client.logout()
    assert "a loan was to be given back by 29 November" in text(client, "link_week", token)


def test_or_it_is_closed_by_the_return(client, lender, moved, next_school):
    at_the_desk(client, lender)
    while_out.follow(loan=moved, to=next_school, by=moved.lent_by)

    for line in moved.lines.all():
        equipment.back(moved, line.thing)

    assert Loan.objects.get().ended_at
    assert 'id="left"' not in text(client, "loan", moved.public_id)  # nothing is to follow
    at_the_desk(client, next_school)
    assert "0412" not in text(client, "school_loans", next_school.public_id)


def test_it_is_to_come_back_after_all(client, lender, next_school, moved, mailoutbox):
    at_the_desk(client, lender)
    while_out.follow(loan=moved, to=next_school, by=moved.lent_by)
    run_worker()
    mailoutbox.clear()

    client.post(address("loan_follows", moved.public_id))
    run_worker()

    assert Loan.objects.get().goes_to is None
    (mail,) = mailoutbox
    assert f"Please give back to {lender.name}: laptop 0412" in " ".join(mail.body.split())


@pytest.mark.parametrize("has_left", [False, True])
def test_another_thing_is_lent_in_its_place_only_to_who_is_here(
    client, lender, loan, student, has_left
):
    """The desk finds nobody else: the way there would end at an empty form."""
    equipment.back(loan, loan.lines.last().thing, "damaged")
    office = at_the_desk(client, lender)
    if has_left:
        leaving.close_student(student=student, school=lender, by=office)

    page = client.get(address("loan", loan.public_id)).text

    desk = address("desk", lender.public_id)
    ways = [
        f"{desk}?student={student.public_id}&amp;replaces={one.public_id}"
        for one in loan.lines.all()
    ]
    assert [way in page for way in ways] == [not has_left] * 2


def test_a_loan_of_who_is_still_here_follows_nowhere(client, lender, loan, student, next_school):
    at_the_desk(client, lender)
    assert "has left" not in text(client, "loan", loan.public_id)
    _member(student, next_school, Role.STUDENT)

    with pytest.raises(Refusal, match="is still a student of this school"):
        while_out.follow(loan=loan, to=next_school, by=loan.lent_by)


def test_nor_to_a_school_that_isn_t_the_student_s(client, lender, moved):
    at_the_desk(client, lender)
    elsewhere = SchoolClassFactory().school

    client.post(address("loan_follows", moved.public_id), {"to": elsewhere.public_id})

    assert Loan.objects.get().goes_to is None
