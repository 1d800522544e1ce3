"""A row of every model of the register, about one person: built from the models' own fields."""

import datetime
import uuid

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import models

from cms.indicators.models import CountingKey
from cms.register.queries import model_of, register
from continuity.models import Assignment, Homework, PlanPart, plan_of
from courses.digest.register import Holding
from courses.live import services as live
from courses.people.models import Organisation, Person, SchoolClass, Teaching
from tests.factories.continuity import SchoolClassFactory, teaching
from tests.factories.live import meeting_at
from tests.factories.people import PersonFactory, TeacherFactory
from tests.factories.training import SessionFactory
from training.models import Session

HOUR = datetime.timedelta(hours=1)


class Life:
    """`rows` has one row of each model, made at `when`, about `person`; `texts` what is in their
    text fields.
    """

    def __init__(self, person: Person, when: datetime.datetime):
        self.person, self.when = person, when
        self.staff = TeacherFactory()
        school_class = SchoolClassFactory()
        given = teaching(school_class, teacher=person)
        part = PlanPart.objects.create(plan=plan_of(school_class, when.date()), teaching=given)
        homework = Homework.objects.create(author=person, subject=given.subject, title="Given")
        meeting = meeting_at(when)
        self.pool: dict[type[models.Model], models.Model] = {
            Organisation: school_class.school,
            SchoolClass: school_class,
            Teaching: given,
            PlanPart: part,
            Homework: homework,
            Assignment: Assignment.objects.create(
                homework=homework, teaching=given, due_at=when + HOUR
            ),
            type(meeting): meeting,
            type(meeting.series): meeting.series,
            Session: SessionFactory(starts_at=when),
        }
        room = live.room_for(meeting)
        self.pool[type(room)] = room
        self.rows: dict[str, models.Model] = {
            Person._meta.label: person,
            "continuity.PlanPart": part,
        }
        for holding in reversed(register().holdings):
            if holding.model not in self.rows:
                self.rows[holding.model] = self.row(model_of(holding), holding)

    def row(self, model: type[models.Model], holding: Holding | None = None) -> models.Model:
        about = {path.split("__")[0] for path in holding.about} if holding else set()
        values = {}
        for field in model._meta.concrete_fields:
            if field.auto_created or field.name in ("id", "public_id"):
                continue
            values[field.name] = self.value(model, field, about)
        values |= OVERRIDES.get(model._meta.label, lambda life: {})(self)
        made = model(**values)
        models.Model.save(made, force_insert=True)  # not what a model's own save makes of it
        for field in model._meta.many_to_many:
            if field.name in about:
                getattr(made, field.name).add(self.person)
        self.pool.setdefault(model, made)
        return made

    def value(self, model, field, about):
        simple = {
            models.DateTimeField: self.when,
            models.DateField: self.when.date(),
            models.BooleanField: False,
            models.UUIDField: uuid.uuid4(),
            models.BinaryField: b"Subject: A letter\r\n\r\nIts words",
            models.JSONField: {"said": f"{model.__name__} {field.name}"},
            models.GenericIPAddressField: "192.0.2.1",
            models.TimeField: self.when.time(),
        }
        if isinstance(field, models.ForeignKey):
            return self.related(field, about)
        if isinstance(field, models.FileField):
            return ContentFile(f"{model.__name__} {field.name}".encode(), name="file.bin")
        if isinstance(field, models.CharField | models.TextField):
            if field.choices:
                return next(value for value, _label in field.flatchoices if value != "")
            rules = [
                rule.fields
                for rule in model._meta.constraints
                if isinstance(rule, models.UniqueConstraint)
            ]
            together = {name for names in [*rules, *model._meta.unique_together] for name in names}
            text = (
                uuid.uuid4().hex
                if field.unique or field.name in together
                else f"{model.__name__} {field.name}"
            )
            text = (
                self.person.display_name if field.name.endswith("_name") else text
            )  # what a row was frozen with
            return text[: field.max_length or 100]
        return next((value for kind, value in simple.items() if isinstance(field, kind)), 1)

    def related(self, field, about):
        target = field.related_model
        if target is Person:
            return self.person if field.name in about else self.staff
        if target is field.model or (field.null and target not in self.pool):
            return None
        if target not in self.pool:
            held = next((h for h in register().holdings if h.model == target._meta.label), None)
            made = self.row(target, held)
            fields = target._meta.concrete_fields
            if any(one.one_to_one and one.related_model is Person for one in fields):
                self.rows.setdefault(target._meta.label, made)  # a second can't be
        return self.pool[target]


def of(life: Life, label: str) -> models.Model:
    return next(row for model, row in life.pool.items() if model._meta.label == label)


OVERRIDES = {
    "courses.Stay": lambda life: {"subject": of(life, "courses.RoomPass").subject},
    "courses.CorrectionRequest": lambda life: {"is_done": True},
    "courses.Letter": lambda life: {
        "state": "sent",
        "not_before": None,
        "address": "a@example.org",
    },
    "courses.Absence": lambda life: {"ends_at": life.when + HOUR, "withdrawn_at": None},
    "courses.CalendarEntry": lambda life: {"ends_at": life.when + HOUR},
    "courses.AccountChange": lambda life: {"kind": "closed"},
    "courses.LoginSession": lambda life: {
        "expire_date": life.when + datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    },
    "courses.Membership": lambda life: {"until": None, "since": datetime.date(2020, 1, 1)},
    "courses.ClassMembership": lambda life: {"until": None},
    "courses.Tutorship": lambda life: {"until": None},
    "courses.Teaching": lambda life: {"until": None},
    "courses.RosterImport": lambda life: {"state": "applied"},
    "courses.TimetableImport": lambda life: {"state": "applied"},
    "courses.Guardianship": lambda life: {"student": life.staff},
    "cms.Pair": lambda life: {"deputy": None},
    # One key a day: a second life of the same day has that of the week.
    "cms.CountingKey": lambda life: {"span": "week" if CountingKey.objects.exists() else "day"},
    "training.Session": lambda life: {
        "ends_at": life.when + HOUR,
        "enrolment_opens_at": None,
        "enrolment_closes_at": None,
    },
    "training.DateProposal": lambda life: {"state": "declined", "session": None},
    "training.ProposedDate": lambda life: {"ends_at": life.when + HOUR},
    "courses.Licence": lambda life: {"until": None},
    "continuity.HandIn": lambda life: {"state": "handed_in"},
    "continuity.HandInPart": lambda life: {"turned": 0},
    "continuity.RollLine": lambda life: {"status": "late"},
    "continuity.RollCall": lambda life: {"ends_at": life.when + HOUR},
    "continuity.Cover": lambda life: {"ends_at": life.when + HOUR, "item": None},
    "continuity.Call": lambda life: {"given_back_at": None, "next_on": None, "undone_at": None},
    "continuity.Extension": lambda life: {
        "assignment": life.pool[Assignment],
        "days_more": None,
        "withdrawn_at": None,
    },
    "continuity.SurveyAnswer": lambda life: {
        "answered_by": life.person,
        "finished_at": life.when,
        "shared_with": None,
    },
    "continuity.EquipmentItem": lambda life: {
        "open_loan": None,
        "reserved_for": None,
        "state": "available",
    },
    "continuity.EquipmentNeed": lambda life: {"device": "shared", "shared_with": 1},
    "continuity.LendingCriteria": lambda life: {"codes": "no_device"},
    "continuity.NeedDecision": lambda life: {"met": "no_device"},
    "continuity.LoanAgreement": lambda life: {
        "refused_at": None,
        "taken_off_at": None,
        "way": "counter",
    },
    "continuity.LoanPhoto": lambda life: {
        "shows": "handed",
        "removed_at": None,
        "removed_by": None,
    },
    "continuity.LoanLine": lambda life: {"returned_to": life.staff},
    "continuity.Loan": lambda life: {"goes_to": None, "goes_since": None, "let_go_by": None},
    "continuity.PlanItem": lambda life: {
        "kind": "note",
        "lesson": None,
        "assignment": None,
        "meeting": None,
        "resource": None,
    },
    "continuity.Lesson": lambda life: {"copied_from": None},
    "continuity.Homework": lambda life: {"deleted_at": None, "deleted_by": None},
    "continuity.Attachment": lambda life: {"lesson": None, "homework": None},
    "training.Certificate": lambda life: {"replaces": None, "revoked_at": None},
    "training.CertificateRequest": lambda life: {"state": "refused", "wanted_minutes": None},
    "training.Enrolment": lambda life: {
        "state": "confirmed",
        "offer_ends_at": None,
        "held_until": None,
    },
    "training.PresenceContest": lambda life: {"answer": "kept", "correction": None},
    "training.DeliveryNote": lambda life: {"state": "contested", "replaces": None},
    "training.Material": lambda life: {"address": ""},
    "training.RoomPlan": lambda life: {
        "address": "",
        "tool": "",
        "learns": "",
        "plan_b_address": "",
    },
    "training.SeatOffer": lambda life: {"state": "expired", "expires_at": life.when + HOUR},
    "training.SheetLine": lambda life: {"joined_to": None, "stays": []},
    "training.Sheet": lambda life: {
        "state": "closed",
        "held": [],
        "measure": "planned",
        "hours_by": None,
        "hours_reason": "",
    },
    "cms.Scope": lambda life: {"role": "chief", "topic": None, "language": ""},
}


def a_life(*, when: datetime.datetime, **fields) -> Life:
    return Life(PersonFactory(joined_at=when, **fields), when)
