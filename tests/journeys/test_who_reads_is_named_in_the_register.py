"""Whoever reads something of a person on a page is named among its readers in the register."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from wagtail.log_actions import log

from cms.guidance.enums import EditorialRole
from cms.guidance.models import Scope
from cms.guidance.services import opinions
from cms.register.queries import register, rows_of
from cms.register.services.accounts import erase_account
from continuity.enums import Returns, Verdict
from continuity.homework.services import extensions
from continuity.models import HelpRequest, Tick
from courses.digest.register import Whose
from courses.people import services
from courses.people.services import tutorships
from tests.factories import equipment
from tests.factories.answers import asks_for_help, returned
from tests.factories.attendance import seated
from tests.factories.catalogue import ResourceFactory
from tests.factories.certificates import certificate_of
from tests.factories.continuity import (
    MONDAY,
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    at,
    handed_in,
    homework_item,
    part_of,
    teaching,
)
from tests.factories.guardians import GuardianFactory, follows
from tests.factories.guidance import editor, first_topic, guidance_page, in_english, pair_of
from tests.factories.people import (
    AdviserFactory,
    OrganisationFactory,
    PlannerFactory,
    RegistrarFactory,
    TeacherFactory,
    TrainerFactory,
)
from tests.factories.training import SessionFactory, TrainingFactory
from training.models import ResourceWish

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
    assert "registrars see who changed accounts of adults" in readers("logs")


def test_planners_read_who_changed_a_training():
    training = TrainingFactory()
    by = PlannerFactory(given_name="Ysoline", family_name="Marchand")
    log(instance=training, action="wagtail.edit", user=by)

    other = PlannerFactory(language="en")
    services.derive_groups(other)
    assert "Ysoline Marchand" in read(other, "trainings:history", training.pk)
    assert "training planners, who changed a training" in readers("logs")


def test_chief_advisers_read_who_changed_an_editorial_role():
    scope = Scope.objects.create(person=AdviserFactory(), role=EditorialRole.AUTHOR)
    by = AdviserFactory(given_name="Ysoline", family_name="Marchand")
    log(instance=scope, action="wagtail.edit", user=by)

    chief = editor(EditorialRole.CHIEF, None)
    assert "Ysoline Marchand" in read(chief, "scopes:history", scope.pk)
    assert "chief advisers, who changed roles" in readers("logs")


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


@pytest.fixture
def looks_after():
    """A class with a student, its tutor, who doesn't teach there, and the school's leader."""
    student = StudentFactory(in_class=SchoolClassFactory(), family_name="Noisetier")
    school_class = student.class_memberships.get().school_class
    tutor = TeacherFactory(works_at=school_class.school, language="en")
    tutorships.look_after(school_class=school_class, teacher=tutor)
    return student, (tutor, LeaderFactory(leads=school_class.school, language="en"))


def test_the_tutor_and_leaders_read_who_ticked_homework(looks_after):
    student, staff = looks_after
    given = teaching(student.class_memberships.get().school_class)
    item = homework_item(part_of(given, MONDAY), due_at=at(MONDAY, 8), returns=Returns.NOTHING)
    Tick.objects.create(student=student, item=item)

    for reader in staff:
        page = read(reader, "continuity:homework", item.assignment.public_id)
        assert "Noisetier" in page
        assert "Ticked off" in page
    week = register().categories["week"]
    assert "of homework, the class tutor and the school’s leaders" in str(week.readers)
    assert "your class tutor and the school’s leaders see which homework" in str(week.child_text)


def test_the_tutor_and_leaders_read_which_work_is_to_be_done_again(looks_after):
    student, staff = looks_after
    given = teaching(student.class_memberships.get().school_class)
    item = homework_item(part_of(given, MONDAY), due_at=at(MONDAY, 8), returns=Returns.TEXT)
    returned(handed_in(item.assignment, student), verdict=Verdict.AGAIN)

    for reader in staff:
        page = read(reader, "continuity:homework", item.assignment.public_id)
        assert "To do again" in page
    answers = register().categories["answers"]
    assert "that there is an answer, and whether it is to be done again" in str(answers.readers)
    assert "that there is one, and whether to do the work again" in str(answers.child_text)
    for name in ("register:for_adults", "continuity:seen_by_leaders"):
        assert "answered, or is to be done again" in read(staff[0], name)


def test_the_tutor_reads_who_has_more_time(looks_after):
    student, (tutor, _leader) = looks_after
    given = teaching(student.class_memberships.get().school_class)
    item = homework_item(part_of(given, MONDAY), due_at=at(MONDAY, 8), returns=Returns.TEXT)
    extensions.extend(
        assignment=item.assignment, student=student, due_at=at(MONDAY, 18), by=given.teacher
    )

    assert "Own date" in read(tutor, "continuity:homework", item.assignment.public_id)
    extension = register().categories["extensions"]
    assert "the class tutor" in str(extension.readers)
    assert "your class tutor" in str(extension.child_text)


def test_planners_read_how_many_wish_and_not_who():
    school = OrganisationFactory(name="Lycée des Sapins")
    teacher = TeacherFactory(family_name="Noisetier", works_at=school)
    ResourceWish.objects.create(person=teacher, resource=ResourceFactory(), school=school)
    planner = PlannerFactory(language="en")

    page = read(planner, "training:wishes")

    assert "Lycée des Sapins" in page
    assert "Noisetier" not in page
    assert "Nobody else reads your wishes, only how many there are" in readers("enrolments")


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


def test_what_is_opened_is_kept_and_every_page_says_where():
    """`Launch.at`, `WeekOpening.day`, `read_at`, `EditingSession.last_seen_at`: each is said in its
    place, so no sentence may name one as the only one.
    """
    adults = read(None, "register:for_adults")
    students = read(None, "register:for_students")

    assert "what is kept when you open something, such as a resource, is all said below" in adults
    assert "(what is kept when you open something is all said above)" in students
    for key in ("launches", "contact", "drafts"):
        assert str(register().categories[key].title) in adults


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
