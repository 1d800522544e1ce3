"""Whoever reads something of a person on a page is named among its readers in the register."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.log_actions import log

from cms.guidance.enums import EditorialRole
from cms.guidance.services import opinions
from cms.register.queries import register, rows_of
from cms.register.services.accounts import erase_account
from continuity.models import HelpRequest
from courses.digest.register import Whose
from courses.people import services
from tests.factories import equipment
from tests.factories.answers import asks_for_help
from tests.factories.attendance import seated
from tests.factories.certificates import certificate_of
from tests.factories.continuity import (
    MONDAY,
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    at,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.guardians import GuardianFactory, follows
from tests.factories.guidance import editor, first_topic, guidance_page, in_english, pair_of
from tests.factories.people import RegistrarFactory, TeacherFactory, TrainerFactory
from tests.factories.training import SessionFactory

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-12-01T12:00")]


def readers(key: str) -> str:
    return str(register().categories[key].readers)


def read(person, name: str, *args) -> str:
    client = Client(headers={"Accept-Language": "en"})
    if person:
        client.force_login(person)
    return " ".join(strip_tags(client.get(reverse(name, args=args)).text).split())


def test_anybody_reads_who_leads_a_session():
    session = SessionFactory()
    session.trainers.set([TrainerFactory(given_name="Ysoline", family_name="Marchand")])

    shown = Client().get(session.get_absolute_url()).text
    assert "Ysoline Marchand" in shown
    for key in ("account", "messages"):
        assert "stands on its page, which anybody can open" in readers(key)


def test_registrars_read_who_changed_an_account():
    changed, by = TeacherFactory(), RegistrarFactory(given_name="Ysoline", family_name="Marchand")
    log(instance=changed, action="wagtail.edit", user=by)

    other = RegistrarFactory(language="en")
    services.derive_groups(other)
    assert "Ysoline Marchand" in read(other, "wagtailadmin_reports:site_history")
    assert "Registrars of the académie see who changed accounts of adults" in readers("logs")


def test_whoever_writes_a_page_without_owning_it_reads_opinions():
    french = guidance_page()
    in_english(french)
    opinions.say(
        pair=pair_of(french), key=uuid.uuid4(), language="fr", was_useful=False, words="Rien reçu."
    )

    assert "Rien reçu." in read(editor(EditorialRole.AUTHOR, first_topic()), "guidance:opinions")
    assert "those who write, translate or review it" in readers("opinions")


def test_guardians_read_what_a_teacher_gives():
    school_class = SchoolClassFactory()
    student = StudentFactory(in_class=school_class)
    part = part_of(teaching(school_class), MONDAY)
    homework_item(part, due_at=at(MONDAY, 8), title="Les volcans")
    kept = follows(GuardianFactory(), student)

    assert "Les volcans" in read(kept.guardian, "continuity:child_week", kept.public_id)
    assert "guardians see titles and days" in readers("lessons")
    for key in ("classes", "changes"):
        assert "guardians" in readers(key)
    assert "Guardians whom the school lets follow the week see" in read(None, "register:for_adults")


def test_the_office_reads_who_may_sign_as_guardian():
    student = StudentFactory(in_class=SchoolClassFactory())
    school = student.class_memberships.get().school_class.school
    kept = follows(GuardianFactory(family_name="Noisetier"), student)
    office = equipment.office_of(school)
    drawn = equipment.agreed(student, equipment.thing(school), by=office)

    assert "Noisetier" in read(office, "continuity:agreement", drawn.public_id)
    assert kept.guardian.family_name == "Noisetier"
    assert "the school’s office, to name who signs" in readers("guardians")


def test_a_teachers_papers_stand_in_the_register():
    teacher = TeacherFactory()
    enrolment = seated(SessionFactory(), teacher)
    client = Client()
    client.force_login(teacher)
    client.post(reverse("training:ask_for_notice", args=[enrolment.public_id]))

    has = {one.category for one in register().holdings if rows_of(one, teacher).exists()}

    assert "papers" in has
    about = {one.key for one in register().of(Whose.STAFF)}
    assert has - about == set()


def test_the_words_of_an_answer_are_in_the_leaders_copy_and_teachers_are_told():
    given = teaching(SchoolClassFactory())
    student = StudentFactory(in_class=given.school_class)
    HelpRequest.objects.filter(pk=asks_for_help(given, student).pk).update(
        answer="Relis la page 12.", answered_by=given.teacher, answered_at=timezone.now()
    )
    leader = LeaderFactory(leads=given.school_class.school)

    (holding,) = [one for one in register().holdings if one.model == "continuity.HelpRequest"]
    assert [row.answer for row in rows_of(holding, student)] == ["Relis la page 12."]
    assert not holding.for_person_alone
    told = read(leader, "register:for_adults")
    assert "about work or a question, they get only in a copy of all data of the student" in told


def test_what_is_opened_is_kept_and_every_page_says_so():
    """`Launch.at` is the instant of a click on a resource."""
    adults = read(None, "register:for_adults")
    students = read(None, "register:for_students")

    assert "only of the resources that you open a list is kept, for you alone" in adults
    assert (
        "Where you click (except the resources that you open: only you see that list)" in students
    )


def test_certificates_name_who_led_beyond_their_account():
    certificate = certificate_of(given_name="Camille", family_name="Moreau")
    (trainer,) = certificate.enrolment.session.trainers.all()
    name = trainer.display_name
    erase_account(person=trainer)

    certificate.refresh_from_db()
    assert certificate.content["fr"]["led_by"] == name
    certificates = register().categories["certificates"]
    assert "beyond their accounts, too" in str(certificates.purpose)
    assert Whose.TRAINERS in certificates.whose
    for key in ("attendance", "messages"):
        assert "with the account, but from certificates" in str(register().categories[key].purpose)
