"""Who may enter continuity, and what changes: role × address × own/other school and class, over
every address of the app.

What isn't yours isn't there (404); another role's page says no (403); a visitor is sent to log in.
Each row is asked by everybody below. Nobody sees a student's things from another school, or from a
class that isn't theirs.
"""

import datetime
import uuid
from types import SimpleNamespace

import pytest
import time_machine
from django.core.cache import cache, caches
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from continuity.contact.services import calls, papers
from continuity.enums import PartState
from continuity.equipment.services import while_out
from continuity.families import services as families
from continuity.families.notifications import stop_path
from continuity.homework.services import extensions
from continuity.homework.services import homework as homeworks
from continuity.models import (
    Attachment,
    BankComment,
    FeedKey,
    Loan,
    PlanItem,
    PlanPart,
    SchoolSettings,
    SurveyProposal,
)
from continuity.plans.services import items, library
from continuity.video import services as videos
from courses.agenda.models import Closure
from courses.agenda.queries import monday_of
from courses.agenda.services import calendar_feed as feeds
from courses.agenda.values import Hours
from courses.people import services as people
from courses.people.models import StandIn
from courses.timetables.models import TimetableImport
from tests.conftest import moment_for
from tests.factories import answers, equipment, handins, pictures, rolls, survey
from tests.factories.continuity import (
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    class_hour,
    exemption_of,
    homework_item,
    lesson_item,
    note_item,
    part_of,
    teaching,
    tutor_of,
)
from tests.factories.doors import (
    LET_IN,
    LOGIN,
    Row,
    answers_and_surprises,
    names_of_ours,
    post,
    request_of,
    sign_in,
    without_variants,
)
from tests.factories.effects import rows_of
from tests.factories.guardians import GuardianFactory, follows, linked
from tests.factories.people import (
    AdviserFactory,
    OfficerFactory,
    PlannerFactory,
    RegistrarFactory,
    TeacherFactory,
    TrainerFactory,
)

pytestmark = pytest.mark.django_db

STUDENTS = ["student", "classmate", "student_elsewhere", "student_of_another_school"]
TEACHERS = ["teacher", "stand_in", "tutor", "colleague", "teacher_of_another_school"]
LEADERS = ["leader", "leader_of_another_school"]
OFFICES = ["office", "office_of_another_school"]
GUARDIANS = ["guardian", "guardian_of_another_family"]
OTHERS = ["trainer", "adviser", "planner", "registrar", "officer"]
ACTORS = ["visitor", *STUDENTS, *GUARDIANS, *TEACHERS, *LEADERS, *OFFICES, *OTHERS]
STAFF = [*TEACHERS, *LEADERS]


def only(status: int, *actors: str, roles=(), otherwise: int = 403) -> dict:
    """These get the status; others of `roles` don't find it (404); everybody else is refused; a
    visitor logs in.
    """
    answers = dict.fromkeys(ACTORS, otherwise) | {"visitor": LOGIN}
    return answers | dict.fromkeys(roles, 404) | dict.fromkeys(actors, status)


def every_student(status: int) -> dict:
    """A page of one's own: each sees only their own things on it."""
    return only(status, *STUDENTS)


def every_teacher(status: int) -> dict:
    return only(status, *TEACHERS)


def its_teachers(status: int, *more: str) -> dict:
    """Whoever teaches there, or stands in today. For other staff it isn't there."""
    return only(status, "teacher", "stand_in", *more, roles=STAFF)


def its_writers(status: int) -> dict:
    """Whoever writes it; for a role that never writes plans the page isn't made."""
    return only(status, "teacher", "stand_in", roles=TEACHERS)


def its_leader(status: int) -> dict:
    """What a school's leaders keep. Another school's leader doesn't find it."""
    return only(status, "leader", roles=LEADERS)


def its_desk(status: int) -> dict:
    """Whoever lends the school's things. Another school's desk doesn't find them."""
    return only(status, "leader", "office", roles=[*LEADERS, *OFFICES])


def its_staff(status: int) -> dict:
    return its_teachers(status, "tutor", "leader")


def its_keepers(status: int) -> dict:
    """The class tutor and the school's leaders."""
    return only(status, "tutor", "leader", roles=STAFF)


def its_guardian(status: int) -> dict:
    """Another family's child isn't there."""
    return only(status, "guardian", roles=GUARDIANS)


def whoever_has_the_link(status: int) -> dict:
    return dict.fromkeys(ACTORS, status)


def a_guardianship(w):
    return [w.guardianship.public_id]


def a_guardianship_with_a_link(w):
    linked(w.guardianship)
    return a_guardianship(w)


def tomorrow(w) -> dict:
    return {"first_day": (w.today + datetime.timedelta(days=1)).isoformat()}


def a_notice(guardianship) -> str:
    day = timezone.localdate() + datetime.timedelta(days=2)
    return families.announce(guardianship=guardianship, first_day=day, last_day=day).public_id


def mails_token(guardian) -> str:
    return stop_path(guardian).strip("/").rpartition("/")[2]


def guardian_answered(w, kept):
    survey.answered(w.survey, kept.student, by=kept.guardian, origin="guardian", speaker="guardian")
    return w


def a_personal_link(w):
    return [w.personal_link]


def a_class(w):
    return [w.school_class.public_id]


def a_school(w):
    return [w.school.public_id]


def a_teaching(w):
    return [w.teaching.public_id]


def a_student(w):
    return [w.student.public_id]


def an_exemption(w):
    exemption = exemption_of(w.student, school=w.school, entered_by=w.tutor)
    return [exemption.public_id]


def a_closure(w):
    return [
        Closure.objects.create(
            school=w.school, first_day=w.today, last_day=w.today, reason="Neige"
        ).public_id
    ]


def a_timetable(w):
    waiting = {"school": w.school, "by": w.leader, "since": w.today}
    return [TimetableImport.objects.create(**waiting).public_id]


def a_week(w):
    return [w.school_class.public_id, w.monday.isoformat()]


def in_two_months(w) -> dict:
    return {
        "day": (w.monday + datetime.timedelta(weeks=8)).isoformat(),
        "hour": "14:00",
        "minutes": "55",
    }


def of_its_teaching(w):
    return {"teaching": w.teaching.public_id}


def an_item(w):
    return [w.lesson_item.public_id]


def something_kept(w):
    lesson = library.keep(content=w.lesson_item.lesson, by=w.teacher)
    return {"kind": "lesson", "content": lesson.public_id, "day": w.monday}


def an_item_held_back(w):
    PlanItem.objects.filter(pk=w.lesson_item.pk).update(is_held_back=True)
    return an_item(w)


def a_draft(w, **fields):
    PlanPart.objects.filter(pk=w.part.pk).update(state=PartState.DRAFT, published_at=None, **fields)
    return [w.part.public_id]


def a_draft_to_be_published(w):
    return a_draft(w, publish_at=timezone.now() + datetime.timedelta(days=1))


def next_week(w) -> datetime.date:
    return w.monday + datetime.timedelta(weeks=1)


def an_assignment(w):
    return [w.assignment.public_id]


def a_homework(w):
    return [w.assignment.homework.public_id]


def a_deleted_homework(w):
    homeworks.delete(homework=w.assignment.homework, by=w.teacher)
    return a_homework(w)


def an_extension(w):
    later = w.assignment.due_at + datetime.timedelta(days=1)
    return [
        extensions.extend(
            assignment=w.assignment, student=w.student, due_at=later, by=w.teacher
        ).public_id
    ]


def more_time(w):
    return {"student": w.student.public_id, "days_more": 2, "first_day": w.today}


def whoever_it_is_for(status: int) -> dict:
    """The students of the class, and its staff."""
    return only(
        status,
        "student",
        "classmate",
        "teacher",
        "stand_in",
        "tutor",
        "leader",
        roles=[*STUDENTS, *STAFF],
    )


def its_teachers_alone(status: int) -> dict:
    """Whoever teaches there, or stands in today; who leads the school reads no hand-ins."""
    return only(status, "teacher", "stand_in", roles=TEACHERS)


def typed(statuses: dict) -> dict:
    """A visitor who sends a text gets it back instead of the way to log in."""
    return statuses | {"visitor": 403}


WORDS = {"key": "5f1a3d52-6c1e-4a5b-9d7a-0a8a2f0b7c11", "text": "Merci."}


def video(w) -> list:
    return [w.video_date.series.video_class.public_id]


def video_date(w) -> list:
    return [w.video_date.public_id]


def a_weekly_video(w) -> list:
    starts = [rolls.nine(next_week(w)), rolls.nine(next_week(w) + datetime.timedelta(weeks=1))]
    hours = [Hours(start, start + datetime.timedelta(minutes=55)) for start in starts]
    return [
        videos.plan(
            teaching=w.teaching, title="Classe virtuelle", hours=hours, by=w.teacher, every=1
        ).public_id
    ]


def opens_their_feed(client, actor, w):
    if actor in STUDENTS:
        feeds.open_feed(FeedKey.objects, student=getattr(w, actor))


def a_lesson(w):
    return [w.lesson_item.lesson.public_id]


def a_lesson_typed(w):
    return {
        "title": "Les volcans",
        "minutes": 20,
        "body": "Lire.",
        "day": w.monday.isoformat(),
        "revision": 1,
    }


def an_attachment(w, **of) -> str:
    made = Attachment(
        owner=w.teacher, name="consignes.txt", media_type="text/plain", size_bytes=5, **of
    )
    made.file.save("consignes", ContentFile(b"Lire."))
    return made.public_id


def its_students(status: int) -> dict:
    """Those of the class; each finds only their own work."""
    return only(status, "student", "classmate", roles=STUDENTS)


def its_readers(status: int) -> dict:
    """Its student, and who has to answer it."""
    return only(status, "student", "teacher", "stand_in", roles=[*STUDENTS, *STAFF])


def a_begun_page(w):
    return [w.assignment.public_id, w.begun.parts.first().public_id]


def another_photo(w) -> dict:
    return {"photo": ContentFile(handins.a_photo(2), name="page.jpg")}


def a_kept_answer(w) -> dict:
    return {"answer": f"{w.to_answer.public_id}:{answers.draft(w.to_answer).revision}"}


def a_call_of_the_tutor(w):
    return [calls.take(student=w.student, by=w.tutor).public_id]


def a_noted_call_of_the_tutor(w):
    noted = calls.note(student=w.student, by=w.tutor, result="nobody", key=uuid.uuid4())
    return [noted.public_id]


def its_school(status: int) -> dict:
    """The students of the school with a survey; in another school there is none."""
    return only(status, "student", "classmate", "student_elsewhere", roles=STUDENTS)


def a_called_question(w) -> list:
    return [w.student.public_id, "guardian", "device"]


def days_of_a_survey(w) -> dict:
    first = w.today + datetime.timedelta(days=30)
    return {
        "opens_on": first.isoformat(),
        "closes_on": (first + datetime.timedelta(days=14)).isoformat(),
    }


def a_proposal(w) -> list:
    """Of days on which no survey runs yet."""
    first = w.today + datetime.timedelta(days=50)
    made = SurveyProposal.objects.create(
        opens_on=first,
        closes_on=first + datetime.timedelta(days=10),
        proposed_by=w.registrar,
    )
    return [w.school.public_id, made.public_id]


def a_free_thing(w) -> list:
    return [w.free_thing.public_id]


def a_loan(w) -> list:
    return [w.loan.public_id]


ASKED = {"wants": "device", "device": "phone", "connection": "home"}


def its_lookers_after(status: int) -> dict:
    """The class tutor, the school's leaders and its office."""
    return only(status, "tutor", "leader", "office", roles=[*STAFF, *OFFICES])


def a_need(w) -> list:
    return [w.need.public_id]


def a_need_of_a_guardian(w, guardianship=None) -> str:
    by = (guardianship or w.guardianship).guardian
    return equipment.need_of(w.student, by=by, asked_as="guardian", wants="connection").public_id


def an_agreement(w) -> list:
    return [w.loan.agreement.public_id]


def a_drawn_agreement(w) -> list:
    """Its sheet lies there."""
    w.loan.agreement.file.save("sheet.pdf", ContentFile(b"%PDF-1.7"))
    return an_agreement(w)


def an_open_agreement(w) -> list:
    return [equipment.agreed(w.student, w.free_thing, by=w.leader).public_id]


SIGNS = {"do": "sign", "name": "Morgane", "has_read": "on"}


def a_line(w) -> list:
    return [w.loan.lines.get().public_id]


def a_reported_line(w) -> list:
    while_out.report(line=w.loan.lines.get(), kind="broken", by=w.student)
    return a_line(w)


def what_was_reported(w) -> dict:
    return {"report": w.loan.lines.get().reports.get().pk}


def a_loan_with_something_back(w) -> list:
    """A receipt says what came back."""
    loan = equipment.lent(w.student, w.free_thing, by=w.leader)
    equipment.back(loan, w.free_thing, by=w.leader)
    return [loan.public_id]


def a_damaged_line(w) -> list:
    equipment.back(w.loan, w.loan.lines.get().thing, "damaged", by=w.leader, erased=False)
    return a_line(w)


def a_loan_that_follows(w) -> list:
    elsewhere = SchoolClassFactory().school
    moved = {"goes_to": elsewhere, "goes_since": timezone.now(), "let_go_by": w.leader}
    Loan.objects.filter(pk=w.loan.pk).update(**moved)
    return [w.loan.public_id]


def a_line_beside_a_sibling_s(w) -> list:
    guardian = GuardianFactory()
    follows(guardian, w.student, w.school)
    follows(guardian, w.classmate, w.school)
    equipment.lent(w.classmate, w.free_thing, by=w.leader, words="Examen.")
    return a_line(w)


def a_photo(w) -> list:
    return [equipment.photographed(w.loan, by=w.leader).public_id]


def something_photographed(w) -> dict:
    return {"shows": "handed", "photos": equipment.as_sent(pictures.photo())}


def something_handed_over(w) -> dict:
    return {
        "key": "5f1a3d52-6c1e-4a5b-9d7a-0a8a2f0b7c13",
        "thing": w.free_thing.public_id,
        "items": w.free_thing.public_id,
        "student": w.classmate.public_id,
        "due_on": w.today.isoformat(),
        "signed_as": "guardian",
        "words": "Concours demain.",  # somebody waits before
    }


# Each owner of a part of continuity adds its rows under its heading. `w` is what `made` returns.
TABLE: dict[str, Row] = {
    # Classes and people
    "continuity:classes": Row(only(200, *STAFF)),
    "continuity:school_class": Row(its_staff(200), a_class),
    "continuity:timetable": Row(its_staff(200), a_class),
    "continuity:put_hour": Row(its_leader(200), a_class),
    "continuity:take_hour_out": Row(its_leader(200), lambda w: [class_hour(w.teaching).public_id]),
    "continuity:timetable_files": Row(its_leader(200), a_school),
    "continuity:timetable_import": Row(its_leader(200), a_timetable),
    "continuity:timetable_choices": post(
        typed(its_leader(302)), a_timetable, {"since": "2026-12-07", "by_hand": "keep"}
    ),
    "continuity:apply_timetable": post(its_leader(302), a_timetable, in_vain=("leader",)),
    "continuity:set_timetable_aside": post(its_leader(302), a_timetable),
    "continuity:undo_timetable": post(its_leader(302), a_timetable, in_vain=("leader",)),
    "continuity:new_class": Row(its_leader(200), a_school),
    "continuity:add_student": Row(its_leader(200), a_class),
    "continuity:draw_students": Row(its_leader(200), a_class),
    "continuity:give_teaching": Row(its_leader(200), a_class),
    "continuity:tutor": Row(its_leader(200), a_class),
    "continuity:hand_over": Row(its_leader(200), a_teaching),
    "continuity:end_teaching": post(its_leader(302), a_teaching),
    "continuity:stand_in": Row(its_leader(200), a_teaching),
    "continuity:withdraw_stand_in": post(
        its_leader(302), lambda w: [w.teaching.stand_ins.get().public_id]
    ),
    "continuity:student": Row(its_staff(200), a_student),
    "continuity:change_class": Row(its_leader(200), a_student),
    "continuity:leave_class": post(
        its_leader(302), lambda w: [w.student.public_id, w.school_class.public_id]
    ),
    "continuity:exempt": Row(its_keepers(200), a_student),
    "continuity:end_exemption": Row(its_keepers(200), an_exemption),
    "continuity:withdraw_exemption": post(its_keepers(302), an_exemption),
    "continuity:school": Row(its_leader(200), a_school),
    "continuity:count_weeks": post(its_leader(302), a_school, {"calendar-week_a": "2026-09-07"}),
    "continuity:close_days": post(
        its_leader(302), a_school, {"closure-first_day": "2026-12-04", "closure-reason": "Grève"}
    ),
    "continuity:set_ceiling": post(its_leader(302), a_school, {"ceiling-minutes": "90"}),
    "continuity:set_silence": post(its_leader(302), a_school, {"silence-days": "7"}),
    "continuity:reopen": post(its_leader(302), a_closure),
    # Things to lend
    "continuity:equipment": Row(only(302, *LEADERS, *OFFICES)),
    "continuity:pool": Row(its_desk(200), a_school),
    "continuity:new_thing": Row(its_desk(200), a_school),
    "continuity:new_thing · sent": post(
        its_desk(302), a_school, {"number": "N-1", "kind": "laptop"}
    ),
    "continuity:import_things": Row(its_desk(200), a_school),
    "continuity:export_things": Row(its_desk(200), a_school),
    "continuity:labels": post(its_desk(302), a_school),
    "continuity:thing": Row(its_desk(200), a_free_thing),
    "continuity:edit_thing": Row(its_desk(200), a_free_thing),
    "continuity:set_thing_state": post(its_desk(302), a_free_thing, {"state": "to_inspect"}),
    "continuity:school_loans": Row(its_desk(200), a_school),
    "continuity:loan": Row(its_desk(200), a_loan),
    "continuity:take_back": post(
        its_desk(302), a_loan, lambda w: {f"line-{w.loan.lines.get().public_id}": "back"}
    ),
    "continuity:correct_return": Row(its_desk(200), a_damaged_line),
    "continuity:correct_return · sent": post(its_desk(302), a_damaged_line, {"outcome": "lost"}),
    "continuity:swap_things": post(
        its_desk(302),
        a_line_beside_a_sibling_s,
        lambda w: {"other": w.free_thing.lines.get().public_id},
    ),
    "continuity:estimate_loss": post(
        its_desk(302), a_damaged_line, {"euros": "20", "reason": "screen"}
    ),
    "continuity:loan_receipt": Row(its_desk(200), a_loan),
    "continuity:correct_signatory": Row(its_desk(200), a_loan),
    "continuity:correct_signatory · sent": post(
        its_desk(302), a_loan, lambda w: {"signed_by": w.guardianship.guardian.public_id}
    ),
    "continuity:prolong_loan": post(its_desk(302), a_loan, {"due_on": "2027-06-30"}),
    "continuity:loan_follows": post(its_desk(302), a_loan_that_follows),
    "continuity:remind_of_loan": post(its_desk(302), a_loan),
    "continuity:settle_report": post(its_desk(302), a_reported_line, what_was_reported),
    "continuity:my_report": Row(only(200, "student", roles=STUDENTS), a_line),
    "continuity:my_report · sent": post(
        only(302, "student", roles=STUDENTS), a_line, {"kind": "lost"}
    ),
    "continuity:my_receipt": Row(only(200, "student", roles=STUDENTS), a_loan_with_something_back),
    "continuity:loan_photo": Row(its_desk(200), a_photo),
    "continuity:loan_photos": Row(its_desk(200), a_loan),
    "continuity:loan_photos · sent": post(its_desk(302), a_loan, something_photographed),
    "continuity:remove_loan_photo": post(its_desk(302), a_photo),
    "continuity:my_photo": Row(only(200, "student", roles=STUDENTS), a_photo),
    "continuity:child_photo": Row(
        its_guardian(200), lambda w: [w.guardianship.public_id, *a_photo(w)]
    ),
    "continuity:link_photo": Row(
        whoever_has_the_link(200), lambda w: [w.personal_link, *a_photo(w)]
    ),
    "continuity:child_report": Row(
        its_guardian(200), lambda w: [w.guardianship.public_id, *a_line(w)]
    ),
    "continuity:child_receipt": Row(
        its_guardian(200), lambda w: [w.guardianship.public_id, *a_loan_with_something_back(w)]
    ),
    "continuity:link_report": Row(
        whoever_has_the_link(200), lambda w: [w.personal_link, *a_line(w)]
    ),
    "continuity:link_receipt": Row(
        whoever_has_the_link(200), lambda w: [w.personal_link, *a_loan_with_something_back(w)]
    ),
    "continuity:desk": Row(its_desk(200), a_school),
    "continuity:desk_code": post(
        its_desk(302), a_school, {"code": "N-1"}, in_vain=("leader", "office")
    ),  # reads a number, saves nothing
    "continuity:lend": post(its_desk(302), a_school, something_handed_over),
    "continuity:draw_up_agreement": post(its_desk(302), a_school, something_handed_over),
    "continuity:agreement": Row(its_desk(200), an_agreement),
    "continuity:sign_agreement": Row(its_desk(200), an_open_agreement),
    "continuity:sign_agreement · signed": post(its_desk(302), an_open_agreement, SIGNS),
    "continuity:sign_agreement · by a guardian": Row(
        its_desk(200), lambda w: [*an_open_agreement(w), w.guardianship.guardian.public_id]
    ),
    "continuity:give_agreement": post(
        its_desk(302),
        an_open_agreement,
        {"signed_by": "other"},
        in_vain=("leader", "office"),
    ),  # leads to the page for who signs, saves nothing
    "continuity:agreement_file": Row(its_desk(200), a_drawn_agreement),
    "continuity:hand_over_agreed": post(
        its_desk(302), an_open_agreement, {"paper": "on", "signed_by": "other"}
    ),
    "continuity:take_agreement_off": post(its_desk(302), an_open_agreement),
    "continuity:my_loans": Row(every_student(200)),
    "continuity:my_agreement": Row(only(200, "student", roles=STUDENTS), an_agreement),
    "continuity:my_agreement_file": Row(only(200, "student", roles=STUDENTS), a_drawn_agreement),
    "continuity:child_agreement": Row(
        its_guardian(200), lambda w: [w.guardianship.public_id, *an_agreement(w)]
    ),
    "continuity:child_agreement · signed": post(
        its_guardian(302), lambda w: [w.guardianship.public_id, *an_open_agreement(w)], SIGNS
    ),
    "continuity:child_agreement_file": Row(
        its_guardian(200), lambda w: [w.guardianship.public_id, *a_drawn_agreement(w)]
    ),
    "continuity:link_agreement": Row(
        whoever_has_the_link(200), lambda w: [w.personal_link, *an_agreement(w)]
    ),
    "continuity:link_agreement · signed": post(
        whoever_has_the_link(302), lambda w: [w.personal_link, *an_open_agreement(w)], SIGNS
    ),
    "continuity:link_agreement_file": Row(
        whoever_has_the_link(200), lambda w: [w.personal_link, *a_drawn_agreement(w)]
    ),
    "continuity:region_things": Row(only(200, "registrar", "officer")),
    "continuity:export_region_things": Row(only(200, "registrar", "officer")),
    # Requests for equipment
    "continuity:ask_for_equipment": Row(every_student(200)),
    "continuity:ask_for_equipment · sent": post(
        every_student(302), data=ASKED | {"wants": "connection"}
    ),
    "continuity:withdraw_need": post(only(302, "student", roles=STUDENTS), a_need),
    "continuity:need_for": Row(its_lookers_after(200), a_student),
    "continuity:need_for · sent": post(
        its_lookers_after(302), a_student, ASKED | {"wants": "connection"}
    ),
    "continuity:needs": Row(its_desk(200), a_school),
    "continuity:need": Row(its_desk(200), a_need),
    "continuity:need · decided": post(
        its_desk(302), a_need, {"verdict": "later", "reason": "none_free"}
    ),
    "continuity:lending_criteria": Row(dict.fromkeys(ACTORS, 200), a_school),
    "continuity:publish_criteria": Row(its_desk(200), a_school),
    "continuity:child_equipment": Row(its_guardian(200), a_guardianship),
    "continuity:child_ask": Row(its_guardian(200), a_guardianship),
    "continuity:child_ask · sent": post(
        its_guardian(302), a_guardianship, ASKED | {"wants": "connection"}
    ),
    "continuity:child_withdraw_need": post(
        its_guardian(302), lambda w: [w.guardianship.public_id, a_need_of_a_guardian(w)]
    ),
    "continuity:link_equipment": Row(whoever_has_the_link(200), a_personal_link),
    "continuity:link_ask": Row(whoever_has_the_link(200), a_personal_link),
    "continuity:link_ask · sent": post(
        whoever_has_the_link(302), a_personal_link, ASKED | {"wants": "connection"}
    ),
    "continuity:link_withdraw_need": post(
        whoever_has_the_link(302),
        lambda w: [w.personal_link, a_need_of_a_guardian(w, w.other_guardianship)],
    ),
    # The survey on equipment
    "continuity:survey": Row(
        its_school(302) | {"student_of_another_school": 200}  # the first three have begun
    ),
    "continuity:survey_question": Row(its_school(200), lambda w: ["device"]),
    "continuity:survey_question · pressed": post(
        typed(its_school(302)), lambda w: ["device"], {"answer": "phone"}
    ),
    "continuity:survey_question · of no survey": Row(only(404, *STUDENTS), lambda w: ["income"]),
    "continuity:survey_end": Row(its_school(302)),  # not answered to the end
    "continuity:put_survey_off": post(its_school(302)),
    "continuity:decline_survey": post(its_school(302)),
    "continuity:withdraw_answers": post(its_school(302)),
    "continuity:survey_call": Row(its_keepers(200), a_student),
    "continuity:survey_call_question": Row(its_keepers(200), a_called_question),
    "continuity:survey_call_question · pressed": post(
        typed(its_keepers(302)), a_called_question, {"answer": "phone"}
    ),
    "continuity:survey_call_end": Row(
        its_keepers(200), lambda w: [w.student.public_id, "guardian"]
    ),
    "continuity:surveys": Row(only(200, "tutor", *LEADERS, roles=STAFF)),
    "continuity:class_survey": Row(its_keepers(200), a_class),
    "continuity:export_survey": Row(
        its_keepers(200),
        a_class,
        noted=("tutor", "leader"),  # in the log
    ),
    "continuity:begin_survey": post(its_leader(302), a_school, days_of_a_survey),
    "continuity:survey_last_day": post(
        its_leader(302),
        lambda w: [w.survey.public_id],
        lambda w: {"closes_on": w.today.isoformat()},
    ),
    "continuity:accept_survey_proposal": post(its_leader(302), a_proposal),
    "continuity:decline_survey_proposal": post(its_leader(302), a_proposal),
    "continuity:region_survey": Row(only(200, "registrar", "officer")),
    "continuity:propose_survey": post(only(302, "registrar", "officer"), data=days_of_a_survey),
    "continuity:withdraw_survey_proposal": post(
        only(302, "registrar", "officer"), lambda w: a_proposal(w)[1:]
    ),
    # The planner
    "continuity:plan": Row(its_staff(302), a_class),
    "continuity:planner": Row(its_staff(200), a_week),
    "continuity:copy_week": Row(its_writers(200), a_week, data=of_its_teaching),
    "continuity:add_to_plan": post(
        its_writers(302),
        a_class,
        lambda w: of_its_teaching(w) | {"kind": "note", "day": next_week(w)},
    ),
    "continuity:new_note": Row(its_writers(200), lambda w: [w.part.public_id]),
    "continuity:new_resource": Row(its_writers(200), lambda w: [w.part.public_id]),
    "continuity:publish": post(its_writers(302), a_draft),
    "continuity:publish_later": post(
        its_writers(302), a_draft, lambda w: {"on": next_week(w), "at": "18:00"}
    ),
    "continuity:keep_as_draft": post(its_writers(302), a_draft_to_be_published),
    "continuity:edit_item": Row(its_writers(200), lambda w: [note_item(w.part).public_id]),
    "continuity:move_item": post(its_writers(302), an_item),
    "continuity:remove_item": post(its_writers(302), an_item),
    "continuity:keep_item": post(its_writers(302), an_item),
    "continuity:restore_item": post(
        its_writers(302), lambda w: [items.remove(item=note_item(w.part), by=w.teacher).public_id]
    ),
    "continuity:library": Row(every_teacher(200)),
    "continuity:use_from_library": post(
        only(302, "teacher", roles=TEACHERS), a_teaching, something_kept
    ),
    "continuity:take_out_of_library": post(
        only(302, "teacher", roles=TEACHERS), lambda w: ["lesson", something_kept(w)["content"]]
    ),
    "continuity:board": Row(only(200, *LEADERS)),
    # Lessons and files
    "continuity:new_lesson": Row(its_writers(200), lambda w: [w.part.public_id]),
    "continuity:new_lesson · written": post(
        typed(its_writers(302)), lambda w: [w.part.public_id], a_lesson_typed
    ),
    "continuity:lesson": Row(
        whoever_it_is_for(200), a_lesson, noted=("student", "classmate")
    ),  # as the week being opened
    "continuity:edit_lesson": Row(its_writers(200), a_lesson),
    "continuity:edit_lesson · written": post(typed(its_writers(302)), a_lesson, a_lesson_typed),
    "continuity:attachment": Row(
        whoever_it_is_for(200), lambda w: [an_attachment(w, lesson=w.lesson_item.lesson)]
    ),
    "continuity:attachment · of a homework": Row(
        whoever_it_is_for(200), lambda w: [an_attachment(w, homework=w.assignment.homework)]
    ),
    "continuity:attachment · of a correction that isn’t due": Row(
        its_staff(200) | dict.fromkeys(STUDENTS, 404),
        lambda w: [an_attachment(w, homework=w.assignment.homework, is_correction=True)],
    ),
    "continuity:ask_for_lesson_paper": post(whoever_it_is_for(302), a_lesson),
    "continuity:homework_files": Row(its_writers(200), a_homework),
    "continuity:correction_files": Row(its_writers(200), a_homework),
    # Homework
    "continuity:new_homework": Row(its_writers(200), lambda w: [w.part.public_id]),
    "continuity:homework": Row(
        whoever_it_is_for(200), an_assignment, noted=("student", "classmate")
    ),
    "continuity:edit_homework": Row(its_writers(200), a_homework),
    "continuity:homework_load": Row(every_teacher(200)),
    "continuity:delete_homework": Row(its_writers(200), a_homework),
    "continuity:delete_homework · at once": post(its_writers(302), a_homework),
    "continuity:restore_homework": post(its_writers(302), a_deleted_homework),
    "continuity:extend": Row(its_writers(200), an_assignment),
    "continuity:class_homework": Row(its_staff(200), a_class),
    "continuity:this_weeks_load": Row(its_staff(302), a_class),
    "continuity:class_load": Row(its_staff(200), a_week),
    "continuity:extensions": Row(its_staff(200), a_class),
    "continuity:extensions · given": post(
        its_keepers(302),
        a_class,
        lambda w: {"student": w.student.public_id, "days_more": 2, "first_day": w.today},
    ),
    "continuity:withdraw_extension": post(its_teachers(302), an_extension),
    # Families
    "continuity:children": Row(only(200, *GUARDIANS)),
    "continuity:child_week": Row(its_guardian(200), a_guardianship),
    "continuity:child_week_of": Row(
        its_guardian(200), lambda w: [*a_guardianship(w), w.monday.isoformat()]
    ),
    "continuity:child_absence": Row(its_guardian(200), a_guardianship),
    "continuity:child_absence · told": post(its_guardian(302), a_guardianship, tomorrow),
    "continuity:child_take_back": post(
        its_guardian(302), lambda w: [*a_guardianship(w), a_notice(w.guardianship)]
    ),
    "continuity:child_take_back · another guardian’s": post(
        only(404, roles=GUARDIANS), lambda w: [*a_guardianship(w), a_notice(w.other_guardianship)]
    ),
    "continuity:child_renew": post(its_guardian(302), a_guardianship),
    "continuity:child_renew · shown": Row(its_guardian(302), a_guardianship),
    "continuity:child_stop": post(its_guardian(302), a_guardianship_with_a_link),
    "continuity:announced": Row(only(200, *STAFF)),
    "continuity:who_reads": Row(every_student(200)),
    "continuity:link_absence": Row(whoever_has_the_link(200), a_personal_link),
    "continuity:link_absence · told": post(whoever_has_the_link(302), a_personal_link, tomorrow),
    "continuity:link_take_back": post(
        whoever_has_the_link(302), lambda w: [*a_personal_link(w), a_notice(w.other_guardianship)]
    ),
    "continuity:child_survey": Row(its_guardian(200), a_guardianship),
    "continuity:child_survey_question": Row(
        its_guardian(200), lambda w: [*a_guardianship(w), "device"]
    ),
    "continuity:child_survey_question · pressed": post(
        typed(its_guardian(302)),
        lambda w: [*a_guardianship(w), "device"],
        lambda w: {"answer": "own"},
    ),
    "continuity:child_survey_end": Row(its_guardian(200), a_guardianship),
    "continuity:child_survey_withdraw": post(
        its_guardian(302), lambda w: a_guardianship(guardian_answered(w, w.guardianship))
    ),
    "continuity:link_survey": Row(whoever_has_the_link(200), a_personal_link),
    "continuity:link_survey_question": Row(
        whoever_has_the_link(200), lambda w: [*a_personal_link(w), "device"]
    ),
    "continuity:link_survey_question · pressed": post(
        whoever_has_the_link(302),
        lambda w: [*a_personal_link(w), "device"],
        lambda w: {"answer": "own"},
    ),
    "continuity:link_survey_end": Row(whoever_has_the_link(200), a_personal_link),
    "continuity:link_survey_withdraw": post(
        whoever_has_the_link(302),
        lambda w: a_personal_link(guardian_answered(w, w.other_guardianship)),
    ),
    "continuity:link_stop": post(whoever_has_the_link(200), a_personal_link),
    "continuity_open:no_family_mails": Row(
        whoever_has_the_link(200), lambda w: [mails_token(w.guardian)]
    ),
    "continuity_open:no_family_mails · pressed": post(
        whoever_has_the_link(200), lambda w: [mails_token(w.guardian)]
    ),
    "continuity:link_week": Row(whoever_has_the_link(200), a_personal_link),
    "continuity:link_week · a wrong one": Row(whoever_has_the_link(404), lambda w: ["x" * 43]),
    "continuity:link_week_of": Row(
        whoever_has_the_link(200), lambda w: [*a_personal_link(w), w.monday.isoformat()]
    ),
    # The student's week
    # A student's own page of the week is noted as a sign of life, once a day
    "continuity:week": Row(every_student(200), noted=STUDENTS),
    "continuity:week_of": Row(every_student(200), lambda w: [w.monday.isoformat()], noted=STUDENTS),
    "continuity:tick": post(
        only(302, "student", "classmate", roles=STUDENTS),
        data=lambda w: {"done": w.lesson_item.public_id},
    ),
    "continuity:help": Row(every_student(200)),
    "continuity:help · about an item": Row(
        only(200, "student", "classmate", roles=STUDENTS),
        data=lambda w: {"item": w.lesson_item.public_id},
    ),
    "continuity:help · sent": post(
        typed(only(302, "student", "classmate", roles=STUDENTS)),
        data=lambda w: {"item": w.lesson_item.public_id, "text": "?"},
    ),
    "continuity:to_hand_in": Row(every_student(200), noted=STUDENTS),
    "continuity:my_classes": Row(every_student(200), noted=STUDENTS),
    "continuity:feed": Row(every_student(200), noted=STUDENTS),
    "continuity:open_feed": post(every_student(302)),
    "continuity:renew_feed": post(every_student(302), first=opens_their_feed),
    "continuity:close_feed": post(every_student(302), first=opens_their_feed),
    "continuity:ask_week_paper": post(every_student(302), lambda w: [w.monday.isoformat()]),
    "continuity_open:week_feed": Row(
        dict.fromkeys(ACTORS, 200),
        lambda w: [feeds.open_feed(FeedKey.objects, student=w.student).secret],
    ),
    "continuity_open:week_feed · with another secret": Row(
        dict.fromkeys(ACTORS, 404), lambda w: ["not-the-secret"]
    ),
    # Hand-ins
    "continuity:hand_in": Row(its_students(200), an_assignment),
    "continuity:hand_in · sent": post(
        typed(its_students(302)),
        an_assignment,
        {"receipt_key": str(uuid.uuid4()), "text": "Voilà."},
    ),
    "continuity:hand_in_again": post(
        its_students(302), an_assignment, in_vain=("student",)
    ),  # who has begun already
    # A classmate finds no page of theirs under this address
    "continuity:drop_handin": post(its_students(302), an_assignment, in_vain=("classmate",)),
    # 410: Django's LocaleMiddleware would make a redirect of a 404 at an address without a
    # language.
    "continuity_open:add_photo": post(
        only(410, *STUDENTS) | dict.fromkeys(["student", "classmate"], 400), an_assignment
    ),
    "continuity:turn_page": post(its_students(302), a_begun_page, in_vain=("classmate",)),
    "continuity:move_page": post(its_students(302), a_begun_page, in_vain=("classmate",)),
    "continuity:remove_page": post(its_students(302), a_begun_page, in_vain=("classmate",)),
    "continuity:retake_page": post(
        its_students(302), a_begun_page, another_photo, in_vain=("classmate",)
    ),
    "continuity:receipt": Row(
        only(200, "student", roles=STUDENTS), lambda w: [w.handed_in.public_id]
    ),
    "continuity:handin_pdf": Row(its_readers(200), lambda w: [w.handed_in.public_id]),
    "continuity:page_small": Row(its_readers(200), lambda w: [w.handed_in.parts.get().public_id]),
    "continuity:page_small · not handed in yet": Row(
        only(200, "student", roles=[*STUDENTS, *STAFF]), lambda w: [a_begun_page(w)[1]]
    ),
    # Answers
    "continuity:queue": Row(every_teacher(200)),
    "continuity:return_answers": post(
        every_teacher(302),
        data=a_kept_answer,
        in_vain=("tutor", "colleague", "teacher_of_another_school"),  # it isn't theirs
    ),
    "continuity:answer_help": Row(its_teachers_alone(200), lambda w: [w.help_request.public_id]),
    "continuity:answer_help · sent": post(
        typed(its_teachers_alone(302)), lambda w: [w.help_request.public_id], {"answer": "Ainsi."}
    ),
    "continuity:answers": Row(every_student(200)),
    "continuity:answer": Row(
        only(200, "student", roles=STUDENTS), lambda w: [w.answered.public_id], noted=("student",)
    ),  # as read
    "continuity:answer · not returned": Row(
        only(404, roles=STUDENTS), lambda w: [w.to_answer.public_id]
    ),
    "continuity:reply": post(
        typed(only(302, "student", roles=STUDENTS)), lambda w: [w.answered.public_id], WORDS
    ),
    "continuity:write_answer": Row(its_teachers_alone(200), lambda w: [w.to_answer.public_id]),
    "continuity:write_answer · sent": post(
        typed(its_teachers_alone(302)), lambda w: [w.to_answer.public_id], answers.form()
    ),
    "continuity:return_answer": post(
        typed(its_teachers_alone(302)), lambda w: [w.to_answer.public_id], answers.form()
    ),
    "continuity:take_back_answer": post(its_teachers_alone(302), lambda w: [w.answered.public_id]),
    "continuity:reply_to_student": post(
        typed(its_teachers_alone(302)), lambda w: [w.answered.public_id], WORDS
    ),
    "continuity:page_picture": Row(
        only(200, "student", "teacher", "stand_in", roles=[*STUDENTS, *STAFF]),
        lambda w: [w.to_answer.parts.get().public_id],
    ),
    "continuity:drawn_page": Row(
        only(200, "student", "teacher", "stand_in", roles=[*STUDENTS, *STAFF]),
        lambda w: [w.to_answer.parts.get().public_id, 1],
    ),
    "continuity:comment_bank": Row(every_teacher(200)),
    "continuity:reword_comment": Row(
        only(200, "teacher", roles=TEACHERS), lambda w: [w.sentence.public_id]
    ),
    "continuity:forget_comment": post(
        only(302, "teacher", roles=TEACHERS), lambda w: [w.sentence.public_id]
    ),
    # Video classes and roll calls
    "continuity:new_video": Row(its_teachers_alone(200), lambda w: [w.part.public_id]),
    "continuity:edit_video": Row(its_teachers_alone(200), video),
    "continuity:rename_video": post(its_teachers_alone(302), video, {"title": "Autre titre"}),
    "continuity:prolong_video": post(its_teachers_alone(302), a_weekly_video),
    "continuity:add_video_date": post(its_teachers_alone(302), video, in_two_months),
    "continuity:enter_video": Row(
        only(302, "teacher", "stand_in", "student", "classmate", roles=[*STUDENTS, *STAFF]),
        video_date,
        noted=("stand_in", "student", "classmate"),  # a pass for the room; the teacher has one
    ),
    "continuity:move_video": Row(its_teachers_alone(200), video_date),
    "continuity:move_video · sent": post(its_teachers_alone(302), video_date, in_two_months),
    "continuity:cancel_video": Row(its_teachers_alone(200), video_date),
    "continuity:cancel_video · sent": post(
        its_teachers_alone(302), video_date, {"reason": "Grève"}
    ),
    "continuity:rolls": Row(every_teacher(200)),
    "continuity:seen_by_leaders": Row(every_teacher(200)),
    "continuity:begin_roll": post(its_teachers_alone(404)),
    "continuity:rolls_of_day": Row(only(200, "tutor", *LEADERS, roles=STAFF)),
    "continuity:export_rolls": Row(
        only(200, "tutor", *LEADERS, roles=STAFF),
        data={"first": "2026-11-02", "last": "2026-11-30"},
        noted=("tutor", *LEADERS),  # in the log
    ),
    "continuity:roll": Row(its_teachers(200, "tutor", "leader"), lambda w: [w.open_roll.public_id]),
    "continuity:roll · closed": Row(
        its_teachers(200, "tutor", "leader"), lambda w: [w.closed_roll.public_id]
    ),
    "continuity:save_roll": post(
        typed(only(302, "teacher", "stand_in", roles=STAFF)),
        lambda w: [w.open_roll.public_id],
        {"revision": "0"},
    ),
    "continuity:close_roll": post(
        typed(only(302, "teacher", "stand_in", roles=STAFF)),
        lambda w: [w.open_roll.public_id],
        {"revision": "0"},
    ),
    "continuity:correct_roll": Row(
        its_teachers(200, "tutor", "leader"), lambda w: [w.correction.line.public_id]
    ),
    "continuity:my_attendance": Row(every_student(200)),
    "continuity:attendance": Row(
        its_teachers(200, "tutor", "leader"), lambda w: [w.student.public_id]
    ),
    # Contact
    "continuity:silent": Row(only(200, *STAFF)),
    "continuity:my_signs": Row(every_student(200)),
    "continuity:take_call": post(its_staff(302), a_student),
    "continuity:give_back_call": post(only(302, "tutor", roles=STAFF), a_call_of_the_tutor),
    "continuity:note_call": Row(its_staff(200), a_student),
    "continuity:note_call · sent": post(
        its_staff(302),
        a_student,
        {"key": "5f1a3d52-6c1e-4a5b-9d7a-0a8a2f0b7c12", "result": "message"},
    ),
    "continuity:undo_call": post(only(302, "tutor", roles=STAFF), a_noted_call_of_the_tutor),
    "continuity:hand_paper": post(its_staff(302), a_student),
    "continuity:take_paper_back": post(
        only(302, "tutor", roles=STAFF),
        lambda w: [papers.hand_over(student=w.student, by=w.tutor, day=w.today).public_id],
    ),
    # Covers
    "continuity:covers": Row(only(200, *STAFF)),
    "continuity:release_item": post(
        only(302, "teacher", "stand_in", roles=TEACHERS), an_item_held_back
    ),
}


@pytest.fixture(scope="module")
def world(request, django_db_setup, django_db_blocker):
    """Made once: each test's own transaction lies inside this one, and is undone."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(moment_for(request.node), tick=True):  # as each test
            world = made()
            sign_in(ACTORS, world)
        yield world
        transaction.set_rollback(True)


def made() -> SimpleNamespace:
    """One class with its people, of which `student` is in the story; beside it another class, and
    another school.
    """
    w = SimpleNamespace(visitor=None)
    w.today = timezone.localdate()
    w.monday = monday_of(w.today)
    w.school_class = SchoolClassFactory(name="2de 4")
    w.school = w.school_class.school
    w.class_elsewhere = SchoolClassFactory(school=w.school, name="2de 5")
    w.class_of_another_school = SchoolClassFactory()
    w.student, w.classmate = (
        StudentFactory(in_class=w.school_class),
        StudentFactory(in_class=w.school_class),
    )
    w.student_elsewhere = StudentFactory(in_class=w.class_elsewhere)
    w.student_of_another_school = StudentFactory(in_class=w.class_of_another_school)
    w.teaching = teaching(w.school_class)
    w.teacher = w.teaching.teacher
    w.stand_in = TeacherFactory(works_at=w.school)
    StandIn.objects.create(
        teaching=w.teaching, teacher=w.stand_in, first_day=w.today, last_day=w.today
    )
    w.tutor = tutor_of(w.school_class)
    w.colleague = teaching(w.class_elsewhere).teacher
    w.teacher_of_another_school = teaching(w.class_of_another_school).teacher
    w.leader = LeaderFactory(leads=w.school)
    w.leader_of_another_school = LeaderFactory(leads=w.class_of_another_school.school)
    w.office = equipment.office_of(w.school)
    w.office_of_another_school = equipment.office_of(w.class_of_another_school.school)
    w.trainer, w.adviser = TrainerFactory(), AdviserFactory()
    w.planner, w.registrar, w.officer = PlannerFactory(), RegistrarFactory(), OfficerFactory()
    w.guardian, w.guardian_of_another_family = GuardianFactory(), GuardianFactory()
    w.guardianship = follows(w.guardian, w.student)
    w.other_guardianship = follows(GuardianFactory(), w.student)
    w.personal_link = linked(w.other_guardianship)
    follows(w.guardian_of_another_family, w.student_elsewhere)
    for actor in ACTORS[1:]:
        people.derive_groups(getattr(w, actor))
    SchoolSettings.objects.create(school=w.school)
    w.survey = survey.campaign_of(w.school, by=w.leader)
    for one in (w.student, w.classmate, w.student_elsewhere):
        survey.answered(w.survey, one, finished_at=None)
    w.free_thing = equipment.thing(w.school, by=w.leader)
    w.loan = equipment.lent(w.student, equipment.thing(w.school, by=w.leader), by=w.leader)
    w.need = equipment.need_of(w.student)
    w.part = part_of(w.teaching, w.monday)
    w.lesson_item = lesson_item(w.part, w.today)
    w.homework_item = homework_item(w.part, due_at=timezone.now() + datetime.timedelta(days=2))
    w.assignment = w.homework_item.assignment
    w.to_answer, w.answered = (
        answers.waiting(w.teaching, w.student),
        answers.waiting(w.teaching, w.student),
    )
    answers.returned(w.answered)
    answers.drawn(w.to_answer.parts.get())
    w.help_request = answers.asks_for_help(w.teaching, w.student)
    w.sentence = BankComment.objects.create(teacher=w.teacher, text="Bien vu.")
    w.begun = handins.put_together(w.assignment, w.student)
    w.handed_in = handins.bound(handins.handed_in(homework_item(w.part).assignment, w.student))
    w.video_date = rolls.video_class(w.teaching, rolls.soon())
    rolls.led(w.video_date)
    w.open_roll = rolls.begun(w.teaching, rolls.nine(w.today))
    w.closed_roll = rolls.closed(rolls.begun(w.teaching, rolls.nine(w.today, 7)))
    w.correction = rolls.corrected_with_a_paper(w.closed_roll)
    return w


@pytest.mark.parametrize("name", TABLE)
def test_who_may_enter_and_what_changes(world, settings, name):
    settings.CACHES = settings.KEEP_PAGES  # the words above every page are kept
    caches["week_openings"].clear()  # its rows were rolled back with the test before
    cache.clear()  # all rows are asked within one minute: links are opened too often
    answers, surprises = answers_and_surprises(ACTORS, name, TABLE[name], world)

    assert answers == TABLE[name].statuses
    assert surprises == {}


def goes_by_the_person(name: str) -> bool:
    """A personal link is the right itself, whoever opens it."""
    return not name.startswith(("continuity:link_", "continuity_open:"))


def let_in(row: Row) -> list[str]:
    return [student for student in STUDENTS if row.statuses[student] in LET_IN]


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, row in TABLE.items()
        if row.method == "post" and len(let_in(row)) > 1 and goes_by_the_person(name)
    ],
)
def test_what_a_student_sends_changes_nothing_of_another_student(world, name):
    """Both get the same answer, so that a status can't tell it."""
    changed = {}
    for actor in let_in(TABLE[name]):
        others = [getattr(world, student) for student in STUDENTS if student != actor]
        with transaction.atomic():
            send = request_of(actor, name, TABLE[name], world)
            before = rows_of(others)
            send()
            after = rows_of(others)
            changed[actor] = [model for model in before if before[model] != after[model]]
            transaction.set_rollback(True)

    assert not any(changed.values()), changed


def test_every_address_of_continuity_has_its_row_and_no_row_is_left_over():
    assert without_variants(TABLE) == {
        name for name in names_of_ours() if name.startswith("continuity")
    }
