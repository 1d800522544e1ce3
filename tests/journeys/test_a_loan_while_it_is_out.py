"""While a thing is lent: reminded of the last day, prolonged, reported broken, lost or stolen, given
back against a receipt; and a decision that is told.
"""

import datetime
import re

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from continuity.enums import Letters
from continuity.equipment.exceptions import LoanHasEnded
from continuity.equipment.queries.loans import told_of
from continuity.equipment.services import agreements, loans, needs, while_out
from continuity.models import EquipmentItem, Loan, LoanReport
from courses.mail.models import Letter
from courses.people.models import Guardianship, Person
from tests.factories import equipment
from tests.factories.continuity import LeaderFactory, SchoolClassFactory, StudentFactory
from tests.factories.continuity_pages import address
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.worker import run_worker

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-30T09:00")]

DUE = datetime.date(2027, 1, 29)


@pytest.fixture
def office(school):
    return equipment.office_of(school)


@pytest.fixture
def student(school_class):
    return StudentFactory(
        in_class=school_class, given_name="Lilas", language="en", email="l@example.org"
    )


@pytest.fixture
def kept(student):
    return follows(GuardianFactory(language="en"), student)


@pytest.fixture
def loan(school, student, kept, office):
    """Of a laptop with its charger, signed by the guardian by link."""
    drawn = equipment.agreed(
        student, *equipment.with_charger(school, number="0412"), by=office, due_on=DUE
    )
    signed = agreements.sign(
        agreement=drawn, way="link", signed_as="guardian", name="M", by=kept.guardian
    )
    made = loans.hand_over(agreement=signed, by=office)
    run_worker()
    return made


def told(mailoutbox) -> set[str]:
    return {mail.to[0].partition("<")[2].strip(">") for mail in mailoutbox}


def on(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(8, 5)))


def reminded(mailoutbox, day) -> list:
    mailoutbox.clear()
    with time_machine.travel(on(day), tick=True):
        while_out.post_reminders(timezone.now())
        while_out.post_reminders(timezone.now())
        run_worker()
    return list(mailoutbox)


# The last day


@pytest.mark.parametrize(
    ("days", "said"),
    [(-8, ""), (-7, "until 29 January 2027:"), (0, "until today"), (7, "not back yet"), (15, "")],
)
def test_student_and_who_signed_are_reminded_once(loan, student, kept, mailoutbox, days, said):
    mails = reminded(mailoutbox, DUE + datetime.timedelta(days=days))

    if not said:
        assert not mails
        return
    assert told(mails) == {student.email, kept.guardian.email}
    assert len(mails) == 2
    assert all(said in " ".join(mail.body.split()) and "0412" in mail.body for mail in mails)
    own, guardian_s = sorted(mails, key=lambda mail: student.email not in mail.to[0])
    assert "Lent to you until" in own.body
    assert f"Lent to {student.display_name} until" in guardian_s.body
    assert ("Not back yet" in own.subject) == (days > 0)


def test_a_loan_of_a_few_days_isn_t_reminded_a_week_before(school, student, office, mailoutbox):
    short = equipment.lent(
        student,
        equipment.thing(school, number="0499"),
        by=office,
        due_on=timezone.localdate() + datetime.timedelta(days=5),
    )
    run_worker()

    assert not reminded(mailoutbox, timezone.localdate() + datetime.timedelta(days=1))
    assert told(reminded(mailoutbox, short.due_on)) == {student.email}


def test_nothing_is_prolonged_once_it_is_back(loan):
    for line in loan.lines.all():
        equipment.back(loan, line.thing)

    with pytest.raises(LoanHasEnded):
        while_out.prolong(loan=loan, due_on=datetime.date(2027, 6, 30))


def test_only_the_day_that_holds_is_mailed(loan, student, kept, mailoutbox):
    mailoutbox.clear()
    while_out.prolong(loan=loan, due_on=datetime.date(2027, 6, 30))
    while_out.prolong(loan=loan, due_on=datetime.date(2027, 3, 1))
    run_worker()

    assert len(mailoutbox) == 2
    assert told(mailoutbox) == {student.email, kept.guardian.email}
    assert all("1 March 2027" in mail.body for mail in mailoutbox)


@pytest.mark.parametrize("who", ["student", "guardian"])
def test_a_closed_account_is_told_nothing_of_a_loan(loan, student, kept, mailoutbox, who):
    closed, stays = {
        "student": (student, kept.guardian),
        "guardian": (kept.guardian, student),
    }[who]
    Person.objects.filter(pk=closed.pk).update(is_active=False)

    told_now = told_of(Loan.objects.get(pk=loan.pk))

    # The right of a guardian whose student's account is closed isn't in force either.
    assert told_now == ([] if who == "student" else [stays])


def test_the_desk_stops_reminders_and_lets_them_go_again(client, loan, office, mailoutbox):
    client.force_login(office)

    client.post(address("remind_of_loan", loan.public_id))
    assert "Nobody is reminded" in client.get(address("loan", loan.public_id)).text
    assert not reminded(mailoutbox, DUE)
    client.post(address("remind_of_loan", loan.public_id), {"on": "on"})
    assert len(reminded(mailoutbox, DUE)) == 2


def test_nobody_is_reminded_of_what_is_back_nor_a_guardian_who_may_not_read(
    loan, student, kept, mailoutbox
):
    Guardianship.objects.filter(pk=kept.pk).update(until=timezone.localdate())

    assert told(reminded(mailoutbox, DUE)) == {student.email}
    for line in loan.lines.all():
        equipment.back(loan, line.thing)
    run_worker()
    assert not reminded(mailoutbox, DUE + datetime.timedelta(days=7))


def test_a_letter_on_its_way_goes_with_the_right(loan, student, kept, mailoutbox):
    mailoutbox.clear()
    with time_machine.travel(on(DUE), tick=True):
        while_out.post_reminders(timezone.now())
        Guardianship.objects.filter(pk=kept.pk).update(until=datetime.date(2026, 12, 1))
        run_worker()

    assert told(mailoutbox) == {student.email}


def test_each_change_of_the_last_day_is_told_within_a_second_too(loan, mailoutbox):
    mailoutbox.clear()
    with time_machine.travel(timezone.now(), tick=False):
        for day in ("2027-06-30", "2027-03-01", "2027-06-30"):
            while_out.prolong(loan=loan, due_on=datetime.date.fromisoformat(day))
    keys = Letter.objects.filter(kind=Letters.LOAN_PROLONGED).values_list("key")

    assert len(keys) == 6  # the student and who signed


def test_the_desk_prolongs_and_both_are_told(client, loan, student, kept, office, mailoutbox):
    client.force_login(office)
    mailoutbox.clear()

    client.post(address("prolong_loan", loan.public_id), {"due_on": "2027-06-30"})
    run_worker()

    assert Loan.objects.get().due_on == datetime.date(2027, 6, 30)
    assert told(mailoutbox) == {student.email, kept.guardian.email}
    assert "30 June 2027" in mailoutbox[0].body
    assert sum("Lent to you, now until" in mail.body for mail in mailoutbox) == 1
    text = client.get(address("loan", loan.public_id)).text
    assert f"{student.display_name}, {kept.guardian.display_name}" in text
    assert not reminded(mailoutbox, DUE)


def test_signed_on_paper_the_page_says_who_is_told_or_nobody(client, school, student, kept, office):
    made = equipment.lent(student, equipment.with_charger(school, number="0412")[0], by=office)
    client.force_login(office)

    page = client.get(address("loan", made.public_id)).text
    assert f"<bdi>{student.display_name}</bdi>" in page
    assert kept.guardian.display_name not in page
    Person.objects.filter(pk=student.pk).update(email=None)
    assert "Nobody is told by email" in client.get(address("loan", made.public_id)).text


def test_a_letter_that_goes_a_day_late_says_so(loan, mailoutbox):
    mailoutbox.clear()
    with time_machine.travel(on(DUE), tick=True):
        while_out.post_reminders(timezone.now())
    with time_machine.travel(on(DUE + datetime.timedelta(days=1)), tick=True):
        run_worker()

    assert len(mailoutbox) == 2
    assert all("not back yet" in mail.body for mail in mailoutbox)


@pytest.mark.parametrize("day", ["2026-11-29", "2029-06-30", "never"])
def test_not_into_the_past_nor_for_years(client, loan, office, day):
    client.force_login(office)

    client.post(address("prolong_loan", loan.public_id), {"due_on": day})

    assert Loan.objects.get().due_on == DUE


# Reported


@pytest.mark.parametrize("way", ["student", "account", "link"])
def test_a_family_reports_in_two_presses_and_the_desk_decides(
    client, loan, school, student, kept, office, way
):
    line = loan.lines.get(thing__number="0412")
    if way == "student":
        client.force_login(student)
        page, form, by = address("my_loans"), address("my_report", line.public_id), student
    elif way == "account":
        client.force_login(kept.guardian)
        page = address("child_equipment", kept.public_id)
        form, by = address("child_report", kept.public_id, line.public_id), kept.guardian
    else:
        token, by = linked(kept), kept.guardian
        page = address("link_equipment", token)
        form = address("link_report", token, line.public_id)

    assert form in client.get(page).text
    assert 'value="stolen"' in client.get(form).text
    assert client.post(form, {"kind": "stolen"}).url == page
    client.post(form, {"kind": "stolen"})

    report = LoanReport.objects.get()
    assert (report.line, report.kind, report.reported_by) == (line, "stolen", by)
    assert "stolen" in client.get(page).text
    assert EquipmentItem.objects.get(number="0412").state == "lent"
    client.force_login(office)
    assert "Reported by families" in client.get(address("school_loans", school.public_id)).text
    assert "reported stolen" in client.get(address("loan", loan.public_id)).text
    equipment.back(loan, line.thing, "lost", by=office, erased=False)
    assert EquipmentItem.objects.get(number="0412").state == "lost"
    assert "Reported by families" not in client.get(address("school_loans", school.public_id)).text


def test_the_desk_deals_with_a_report_and_the_thing_stays_out(client, loan, student, office):
    line = loan.lines.first()
    while_out.report(line=line, kind="broken", by=student)
    client.force_login(office)
    on_the_page = read_by_the_desk(client, loan)

    while_out.report(line=line, kind="lost", by=student)
    client.post(address("settle_report", line.public_id), {"report": [*on_the_page, "x"]})
    assert LoanReport.objects.get(settled_at=None).kind == "lost", "the desk hasn't read it"
    client.post(
        address("settle_report", line.public_id), {"report": read_by_the_desk(client, loan)}
    )

    assert not LoanReport.objects.filter(settled_at=None).exists()
    assert "reported lost" not in client.get(address("loan", loan.public_id)).text
    assert Loan.objects.get().ended_at is None


def read_by_the_desk(client, loan) -> list[str]:
    """What *dealt with* would send."""
    page = client.get(address("loan", loan.public_id)).text
    return re.findall(r'name="report" value="(\d+)"', page)


def test_a_student_s_word_leaves_a_guardian_s_in_sight(client, loan, school, student, kept, office):
    line = loan.lines.get(thing__number="0412")
    while_out.report(line=line, kind="stolen", by=kept.guardian)
    client.force_login(student)
    client.post(address("my_report", line.public_id), {"kind": "broken"})

    own = client.get(address("my_report", line.public_id)).text
    assert "You reported it broken" in own
    assert "Somebody else reported it stolen" in own
    assert kept.guardian.display_name not in own
    for page in (address("my_loans"), address("link_equipment", linked(kept))):
        text = client.get(page).text
        assert text.index("reported stolen") < text.index("reported broken"), "the gravest first"
    client.force_login(office)
    for page in (address("loan", loan.public_id), address("school_loans", school.public_id)):
        text = " ".join(client.get(page).text.split())
        assert "Laptop 0412: reported stolen" in text
        for what, who in (("stolen", kept.guardian), ("broken", student)):
            said = f"reported {what} on Monday 30 November 2026 by <bdi>{who.display_name}</bdi>"
            assert said in text


def test_an_equal_word_of_another_person_is_kept(client, loan, student, kept):
    line = loan.lines.get(thing__number="0412")
    while_out.report(line=line, kind="stolen", by=kept.guardian)
    while_out.report(line=line, kind="stolen", by=student)
    client.force_login(student)
    listed = client.get(address("my_loans")).text

    while_out.withdraw_report(line=line, by=kept.guardian)

    assert line.reports.get(settled_at=None).reported_by == student
    assert listed.count("reported stolen") == 1


def test_a_person_with_two_accounts_has_one_word_left(loan, school, student, kept):
    line, other = loan.lines.order_by("pk")
    again = GuardianFactory()
    for kind, by in (("stolen", kept.guardian), ("broken", again)):
        while_out.report(line=line, kind=kind, by=by)
    while_out.report(line=other, kind="lost", by=kept.guardian)

    for _twice in range(2):
        while_out.pass_on(school.pk, student.pk, before_id=kept.guardian.pk, after_id=again.pk)

    assert set(LoanReport.objects.filter(settled_at=None).values_list("line", "kind")) == {
        (line.pk, "broken"),
        (other.pk, "lost"),
    }
    assert not LoanReport.objects.exclude(reported_by=again).exists()


def test_the_newest_word_of_each_holds_and_another_s_thing_isn_t_there(client, loan, student):
    line = loan.lines.first()
    while_out.report(line=line, kind="lost", by=student)
    while_out.report(line=line, kind="broken", by=student)
    assert LoanReport.objects.get(settled_at=None).kind == "broken"
    with pytest.raises(IntegrityError), transaction.atomic():
        LoanReport.objects.create(line=line, kind="lost", reported_by=student)

    stranger = StudentFactory(in_class=SchoolClassFactory())
    client.force_login(stranger)
    assert client.get(address("my_report", line.public_id)).status_code == 404
    assert client.get(address("my_receipt", loan.public_id)).status_code == 404
    other = follows(GuardianFactory(), stranger)
    client.force_login(other.guardian)
    assert client.get(address("child_report", other.public_id, line.public_id)).status_code == 404
    client.force_login(LeaderFactory(leads=SchoolClassFactory().school))
    assert client.post(address("settle_report", line.public_id)).status_code == 404
    assert client.post(address("prolong_loan", loan.public_id)).status_code == 404


# Back


@pytest.mark.parametrize("way", ["student", "link"])
def test_a_report_by_mistake_is_taken_back_by_who_made_it(client, loan, student, kept, way):
    line = loan.lines.get(thing__number="0412")
    while_out.report(line=line, kind="stolen", by=student if way == "student" else kept.guardian)
    client.force_login(student)
    page = address("my_report", line.public_id)
    if way == "link":
        client.logout()
        page = address("link_report", linked(kept), line.public_id)
    assert "take the report back" in client.get(page).text

    answer = client.post(page, {"kind": "none"}, follow=True)
    again = client.post(page, {"kind": "none"}, follow=True)

    assert "Your report is taken back." in answer.text
    assert "Your report is taken back." not in again.text
    assert not line.reports.exists()
    assert "take the report back" not in client.get(page).text


def test_nobody_takes_back_what_another_one_of_the_family_reported(client, loan, student, kept):
    line = loan.lines.get(thing__number="0412")
    while_out.report(line=line, kind="stolen", by=kept.guardian)
    client.force_login(student)
    page = address("my_report", line.public_id)

    answer = client.post(page, {"kind": "none"}, follow=True)

    assert "Your report is taken back." not in answer.text
    assert "take the report back" not in client.get(page).text
    assert line.reports.get().settled_at is None


def test_a_wrong_word_taken_back_leaves_the_one_before(loan, student):
    line = loan.lines.get(thing__number="0412")
    while_out.report(line=line, kind="broken", by=student)
    while_out.report(line=line, kind="lost", by=student)

    while_out.withdraw_report(line=line, by=student)

    assert line.reports.get().kind == "broken"
    assert line.reports.get().settled_at is None


def test_the_answer_says_which_word_holds_again(client, loan, student):
    line = loan.lines.get(thing__number="0412")
    while_out.report(line=line, kind="stolen", by=student)
    while_out.report(line=line, kind="broken", by=student)
    client.force_login(student)
    page = address("my_report", line.public_id)

    first = client.post(page, {"kind": "none"}, follow=True).text
    second = client.post(page, {"kind": "none"}, follow=True).text

    assert "is taken back. What you had said before holds again: stolen." in first
    assert "Your report is taken back." in second
    assert "holds again" not in second
    assert not line.reports.open().exists()


def test_a_word_that_the_desk_dealt_with_after_it_was_replaced_does_not_hold_again(
    client, loan, student, office
):
    line = loan.lines.get(thing__number="0412")
    stolen = while_out.report(line=line, kind="stolen", by=student)
    while_out.report(line=line, kind="broken", by=student)
    client.force_login(office)
    client.post(address("settle_report", line.public_id), {"report": stolen.pk})  # an older page

    assert line.reports.open().get().kind == "broken"
    while_out.withdraw_report(line=line, by=student)
    assert not line.reports.open().exists()


def test_two_others_who_said_the_same_stand_there_once(client, loan, student, kept):
    line = loan.lines.get(thing__number="0412")
    for by in (kept.guardian, follows(GuardianFactory(), student).guardian):
        while_out.report(line=line, kind="stolen", by=by)
    client.force_login(student)

    said = client.get(address("my_report", line.public_id)).text

    assert said.count("Somebody else reported it stolen") == 1


def test_what_the_desk_has_dealt_with_isn_t_taken_back(client, loan, student):
    line = loan.lines.get(thing__number="0412")
    while_out.report(line=line, kind="broken", by=student)
    while_out.settle(line=line)
    client.force_login(student)

    client.post(address("my_report", line.public_id), {"kind": "none"})

    assert line.reports.get().settled_at is not None


def test_a_receipt_as_page_and_email_says_what_came_back_and_what_didn_t(
    client, loan, student, kept, office, mailoutbox
):
    mailoutbox.clear()

    equipment.back(loan, loan.lines.get(thing__number="0412").thing, by=office)
    run_worker()

    assert told(mailoutbox) == {student.email, kept.guardian.email}
    said = mailoutbox[0].body
    assert "Laptop 0412: back" in said
    assert "Still lent: charger 0412-C." in said
    client.force_login(student)
    receipt = address("my_receipt", loan.public_id)
    assert receipt in client.get(address("my_loans")).text
    text = client.get(receipt).text
    assert "still out" in text
    assert office.display_name in text
    token = linked(kept)
    assert client.get(address("link_receipt", token, loan.public_id)).status_code == 200


def test_a_receipt_on_its_way_goes_with_the_right(loan, student, kept, office, mailoutbox):
    mailoutbox.clear()
    equipment.back(loan, loan.lines.get(thing__number="0412").thing, by=office)
    Guardianship.objects.filter(pk=kept.pk).update(until=timezone.localdate())
    run_worker()

    assert told(mailoutbox) == {student.email}


# A decision


def test_a_decision_is_told_to_the_student_and_to_who_asked(school, student, kept, mailoutbox):
    need = equipment.need_of(student, by=kept.guardian, asked_as="guardian")

    equipment.decided(need, "later", "none_free")
    run_worker()

    assert told(mailoutbox) == {student.email, kept.guardian.email}
    assert "Decided: later." in mailoutbox[0].body
    assert "an agreement is signed" not in mailoutbox[0].body


def test_a_yes_says_in_whose_words_and_what_comes_next(client, school, student, office, mailoutbox):
    equipment.need_of(StudentFactory(in_class=student.class_memberships.get().school_class))
    equipment.thing(school, number="0499")
    need = equipment.need_of(student, device="own")

    equipment.decided(need, "yes", "out_of_turn", words="Deux frères.", number="0499", by=office)
    run_worker()
    client.force_login(student)

    text = client.get(address("my_loans")).text
    said = mailoutbox[0].body
    assert "In the words of the school: Deux frères." in said
    assert "written beside" not in said
    for one in (said, text):
        assert "Reserved: laptop 0499." in one
        assert "Before it is handed over, an agreement is signed." in " ".join(one.split())


@pytest.mark.parametrize("why", ["decided anew", "withdrawn"])
def test_a_decision_that_doesn_t_hold_any_more_isn_t_mailed(student, mailoutbox, why):
    need = equipment.need_of(student)
    equipment.decided(need, "later", "none_free")
    if why == "withdrawn":
        needs.withdraw(need=need)
    else:
        equipment.decided(need, "later", "to_check")
    run_worker()

    said = [mail.body for mail in mailoutbox]
    assert len(said) == (0 if why == "withdrawn" else 1)
    assert all("Reason: none" not in body for body in said)


def test_who_asked_isn_t_told_once_their_right_is_over(student, kept, mailoutbox):
    need = equipment.need_of(student, by=kept.guardian, asked_as="guardian")
    Guardianship.objects.filter(pk=kept.pk).update(until=timezone.localdate())

    equipment.decided(need, "later", "none_free")

    letters = Letter.objects.filter(kind=Letters.NEED_DECIDED)
    assert [one.to for one in letters] == [student]
