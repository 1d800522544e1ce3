"""Two school years go by, month after month: what the register says is gone is gone, what it says
remains remains.
"""

import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.core.files.storage import InMemoryStorage, storages
from django.core.management import CommandError, call_command
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from cms.guidance.models import KeptVersion
from cms.register import queries
from cms.register.models import ErasedAccount, ErasedCount
from cms.register.queries import register
from cms.register.services import accounts, erasing, rows
from courses.digest.register import Controller
from courses.people.enums import Role
from courses.people.models import ClassMembership, Membership, Person
from courses.people.models.classes import school_year
from courses.people.services import leaving, teachings, tutorships
from courses.people.services.accounts import change_account
from tests.factories import equipment
from tests.factories.continuity import SchoolClassFactory, StudentFactory, teaching
from tests.factories.guardians import GuardianFactory, follows
from tests.factories.guidance import guidance_page
from tests.factories.lives import Life, a_life
from tests.factories.people import (
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    SubjectFactory,
    TeacherFactory,
)

pytestmark = pytest.mark.django_db(transaction=True)

PARIS = ZoneInfo("Europe/Paris")
BEGIN = datetime.datetime(2026, 11, 25, 12, tzinfo=PARIS)
# The same promise as on the page, as a date: what was made on 25 November 2026 is there until then.
ENDS = {
    "30 days": datetime.date(2026, 12, 25),
    "2 weeks": datetime.date(2026, 12, 9),
    "school year": datetime.date(2027, 8, 31),
    "6 months": datetime.date(2027, 5, 27),
    "1 year": datetime.date(2027, 11, 25),
    "3 years": datetime.date(2029, 11, 25),
    "10 years": datetime.date(2036, 11, 25),
    "account": datetime.date.max,
    "there": datetime.date.max,
    "role": datetime.date.max,  # the person still has it
}
EXCEPTIONS = {
    "courses.Membership": datetime.date.max,  # open: the person still belongs to the school
    "training.Participation": datetime.date(2036, 11, 25),  # what a certificate stands on
    "training.Enrolment": datetime.date(2036, 11, 25),
    "continuity.LendingCriteria": datetime.date.max,  # the order that holds
    "continuity.ItemEvent": datetime.date.max,  # the latest state of a thing
}


def belongs(life: Life, until: datetime.date | None = None) -> None:
    Membership.objects.filter(person=life.person).delete()
    for role in (Role.TEACHER, Role.STUDENT):
        membership = Membership.objects.create(
            person=life.person,
            organisation=OrganisationFactory(),
            role=role,
            since=datetime.date(2020, 1, 1),
            until=until,
        )
    life.rows["courses.Membership"] = membership


def there(life: Life) -> set[str]:
    return {
        label
        for label, row in life.rows.items()
        if type(row)._base_manager.filter(pk=row.pk).exists()
    }


def expected(day: datetime.date) -> set[str]:
    ends = {
        holding.model: ENDS[register().period_of(holding).code]
        for holding in register().holdings
        if holding.past
    }
    ends |= {
        holding.model: datetime.date.max for holding in register().holdings if not holding.past
    } | EXCEPTIONS
    return {model for model, end in ends.items() if day < end}


def months(first: datetime.datetime, last: datetime.date):
    """The second day of each month, at night."""
    year, month = first.year, first.month
    while (
        moment := datetime.datetime(year + month // 12, month % 12 + 1, 2, 2, tzinfo=PARIS)
    ).date() <= last:
        yield moment
        year, month = moment.year, moment.month


def test_two_school_years_pass_and_the_register_is_true(monkeypatch):
    monkeypatch.setitem(storages._storages, "private", InMemoryStorage())
    with time_machine.travel(BEGIN):
        life = a_life(when=BEGIN)
        belongs(life)
    assert there(life) == {holding.model for holding in register().holdings}

    for moment in months(BEGIN, datetime.date(2028, 12, 31)):
        with time_machine.travel(moment):
            erasing.erase_what_is_over(moment)
        assert there(life) == expected(moment.date()), moment

    # The last and the first night of three years, and what a certificate keeps until ten are over.
    for day in ((2029, 11, 24), (2029, 11, 27), (2036, 11, 24)):
        with time_machine.travel(moment := datetime.datetime(*day, 2, tzinfo=PARIS)):
            erasing.erase_what_is_over(moment)
        assert there(life) == expected(moment.date()), moment

    with time_machine.travel(far := datetime.datetime(2037, 1, 2, 2, tzinfo=PARIS)):
        erasing.erase_what_is_over(far)
    assert there(life) == expected(far.date())
    assert "training.Certificate" not in there(life)
    assert ErasedCount.objects.filter(model="continuity.HandIn", rows=1).exists()


def test_who_has_left_is_nobody_after_six_months():
    with time_machine.travel(BEGIN):
        life = a_life(when=BEGIN, given_name="Ondine", family_name="Vauquelin", usage_name="")
        belongs(life, until=datetime.date(2026, 12, 31))

    with time_machine.travel(just_before := datetime.datetime(2027, 6, 30, 2, tzinfo=PARIS)):
        erasing.erase_what_is_over(just_before)
        assert Person.objects.get(pk=life.person.pk).display_name == "Ondine Vauquelin"
    with time_machine.travel(later := datetime.datetime(2027, 7, 5, 2, tzinfo=PARIS)):
        erasing.erase_what_is_over(later)

    gone = Person.objects.get(pk=life.person.pk)
    assert (gone.erased_at, gone.email, gone.is_active, gone.display_name) == (
        later,
        None,
        False,
        "erased account",
    )
    assert ErasedAccount.objects.get().person_public_id == gone.public_id
    with_the_account = {
        holding.model for holding in register().holdings if holding.leaving is not None
    }
    some_of_them = {"continuity.Homework", "continuity.Lesson", "training.PresenceContest"}
    assert there(life) & with_the_account == some_of_them & there(life)
    assert where("Vauquelin") == []


def where(name: str) -> list[str]:
    """Columns of any table that still say the name; a certificate's own text may, for its ten
    years.
    """
    found = []
    for model in apps.get_models():
        for row in model._base_manager.values():
            found += [
                f"{model._meta.label}.{column}"
                for column, value in row.items()
                if name in str(value)
            ]
    return found


def test_borrower_and_who_signed_keep_their_accounts_until_everything_is_back():
    with time_machine.travel(BEGIN):
        student = StudentFactory(in_class=SchoolClassFactory(school_year=2027), joined_at=BEGIN)
        kept = follows(GuardianFactory(joined_at=BEGIN), student)
        laptop = equipment.thing(kept.school)
        loan = equipment.lent(student, laptop, signed_by=kept.guardian)
        day = timezone.localdate(BEGIN)
        Membership.objects.filter(person__in=[student, kept.guardian]).update(until=day)
    people = Person.objects.filter(pk__in=[student.pk, kept.guardian_id], erased_at__isnull=False)
    account = [Controller.SCHOOL, Controller.ACADEMIE]

    with time_machine.travel(much_later := datetime.datetime(2027, 11, 1, 2, tzinfo=PARIS)):
        said = queries.erasures(much_later, controllers=account, schools=[kept.school])
        assert "account" not in {one.category.key for one in said}
        erasing.erase_what_is_over(much_later)
        assert not people.exists()
        equipment.back(loan, laptop)
        erasing.erase_what_is_over(much_later)

    assert set(people) == {student, kept.guardian}


def test_a_student_whom_no_class_knows_for_half_a_year_has_left():
    with time_machine.travel(BEGIN):
        school_class = SchoolClassFactory(school_year=2027)
        student, goes_on = StudentFactory.create_batch(2, in_class=school_class, joined_at=BEGIN)
        next_class = SchoolClassFactory(school=school_class.school, school_year=2028)
        ClassMembership.objects.create(
            student=goes_on, school_class=next_class, since=datetime.date(2027, 9, 1)
        )

    for moment in months(BEGIN, datetime.date(2028, 2, 28)):
        with time_machine.travel(moment):
            erasing.erase_what_is_over(moment)

    erased = Person.objects.filter(pk__in=[student.pk, goes_on.pk], erased_at__isnull=False)
    assert list(erased.values_list("pk", "erased_at__date")) == [
        (student.pk, datetime.date(2028, 2, 2))
    ]


def test_a_new_account_without_a_place_has_its_six_months():
    with time_machine.travel(BEGIN):
        PersonFactory(joined_at=BEGIN)
        erasing.erase_what_is_over(BEGIN)

    assert not Person.objects.filter(erased_at__isnull=False).exists()


def test_an_account_that_cannot_be_erased_stops_no_other(monkeypatch):
    first, second = PersonFactory.create_batch(2, joined_at=BEGIN - datetime.timedelta(days=400))
    anonymise = leaving.anonymise

    def fails_once(person, **more):
        if person == first:
            raise OSError("the storage doesn't answer")
        return anonymise(person, **more)

    monkeypatch.setattr(leaving, "anonymise", fails_once)
    erasing.erase_what_is_over(BEGIN)

    assert list(Person.objects.filter(erased_at__isnull=False)) == [second]


def test_a_row_that_others_need_stays_and_stops_no_other(monkeypatch):
    old = BEGIN - datetime.timedelta(days=400)
    first, _second = (
        KeptVersion.objects.create(page=guidance_page(), by=PersonFactory(), content={})
        for _ in range(2)
    )
    KeptVersion.objects.update(kept_at=old)
    delete = rows.delete

    def needed(found):
        if first in found:
            raise ProtectedError("needed", {first})
        return delete(found)

    monkeypatch.setattr(rows, "delete", needed)
    erasing.erase_what_is_over(BEGIN)

    assert list(KeptVersion.objects.all()) == [first]


def test_a_version_that_nobody_settled_goes_too():
    KeptVersion.objects.create(page=guidance_page(), by=PersonFactory(), content={})
    KeptVersion.objects.update(kept_at=BEGIN - datetime.timedelta(days=184), settled_at=None)

    erasing.erase_what_is_over(BEGIN)

    assert not KeptVersion.objects.exists()


def test_the_log_forgets_a_name_and_nobody_whose_name_begins_like_it():
    lou, other = (
        PersonFactory(given_name="Lou", family_name="Mar"),
        PersonFactory(given_name="Lou", family_name="Martin"),
    )
    for person in (lou, other):
        log(person, "people.opened")

    accounts.erase_account(person=lou)

    assert [entry.label for entry in ModelLogEntry.objects.order_by("pk")] == ["", "Lou Martin"]


@pytest.mark.parametrize("usage_name", ["", "Martin"])
def test_the_log_forgets_an_earlier_name_of_rows_named_after_somebody(usage_name):
    person = PersonFactory(given_name="Lou Anne", family_name="Avant", usage_name=usage_name)
    log(MembershipFactory(person=person), "wagtail.create")
    assert person.display_name in ModelLogEntry.objects.get().label
    change_account(person=person, by=None, family_name="Apres", usage_name="")

    accounts.erase_account(person=person)

    assert not ModelLogEntry.objects.filter(label__contains="Lou")


def test_the_log_says_no_teachers_name_once_the_account_is_erased():
    school_class = SchoolClassFactory(school_year=school_year(timezone.localdate()))
    here = {"works_at": school_class.school, "given_name": "Ondine"}
    first, second = TeacherFactory(**here), TeacherFactory(**here)
    taught = teaching(school_class=school_class, teacher=first)
    teachings.hand_over(teaching=taught, to=second)
    for teacher in (first, second):
        tutorships.look_after(school_class=school_class, teacher=teacher)
    tutorships.look_after_no_more(school_class=school_class, teacher=second)
    subject, day = SubjectFactory(), timezone.localdate()
    given = teachings.give_teaching(school_class=school_class, subject=subject, teacher=first)
    stand_in = teachings.stand_in(teaching=given, teacher=second, first_day=day, last_day=day)
    teachings.withdraw_stand_in(stand_in=stand_in)

    for teacher in (first, second):
        accounts.erase_account(person=teacher)

    assert "Ondine" not in str(list(ModelLogEntry.objects.values_list("label", "data")))


def test_a_restored_backup_loses_the_erased_again(settings, tmp_path):
    settings.ERASED_FILE = tmp_path / "apart" / "erased.txt"
    person, other = PersonFactory.create_batch(2, given_name="Ondine")
    accounts.erase_account(person=person)
    accounts.write_down_the_erased()
    accounts.write_down_the_erased()  # twice is once
    assert settings.ERASED_FILE.read_text() == f"{person.public_id}\n"
    Person.objects.filter(pk=person.pk).update(
        given_name="Ondine", erased_at=None
    )  # as the backup has it
    ErasedAccount.objects.all().delete()

    call_command("erase_again")

    assert list(Person.objects.filter(given_name="Ondine")) == [other]


def test_one_account_that_cannot_be_erased_leaves_no_other_behind(settings, tmp_path, monkeypatch):
    settings.ERASED_FILE = tmp_path / "erased.txt"
    people = PersonFactory.create_batch(2, given_name="Ondine")
    settings.ERASED_FILE.write_text("".join(f"{one.public_id}\n" for one in people))
    first = Person.objects.filter(public_id__in=[one.public_id for one in people])[0]
    erase = accounts.erase_account

    def refusing(*, person, now=None):
        if person == first:
            raise IntegrityError
        erase(person=person, now=now)

    monkeypatch.setattr(accounts, "erase_account", refusing)

    with pytest.raises(CommandError, match=first.public_id):
        call_command("erase_again")

    assert list(Person.objects.filter(given_name="Ondine")) == [first]


def test_an_account_is_erased_at_once_when_its_owner_asks_for_it(settings, tmp_path):
    settings.ERASED_FILE = tmp_path / "erased.txt"
    person, other = PersonFactory.create_batch(2, given_name="Ondine")

    call_command("erase_account", person.login, yes=True)

    assert list(Person.objects.filter(given_name="Ondine")) == [other]
    assert settings.ERASED_FILE.read_text().split() == [person.public_id]
    with pytest.raises(CommandError):
        call_command("erase_account", person.login, yes=True)


def test_files_go_with_their_rows(monkeypatch):
    monkeypatch.setitem(storages._storages, "private", InMemoryStorage())
    with time_machine.travel(BEGIN):
        life = a_life(when=BEGIN)
        belongs(life)
    part, page, handin = (
        life.rows[f"continuity.{name}"] for name in ("HandInPart", "HandInPage", "HandIn")
    )
    files = [part.file, page.file, handin.pdf]
    assert all(file.storage.exists(file.name) for file in files)

    with time_machine.travel(moment := datetime.datetime(2027, 8, 31, 2, tzinfo=PARIS)):
        erasing.erase_what_is_over(moment)

    assert [file.storage.exists(file.name) for file in files] == [False, False, False]
