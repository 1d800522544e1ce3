"""Trainings and sessions.

A session is open, in a week, with one meeting of an hour and a half, unless told otherwise.
"""

import datetime
import uuid

import factory
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from courses.agenda import services as agenda
from courses.agenda.values import Hours
from tests.factories.catalogue import ResourceFactory
from tests.factories.people import TrainerFactory, works_as_trainer
from training.enums import SessionState
from training.models import Material, Session, Training
from training.values import days_of_meetings, minutes_of_meetings


class TrainingFactory(DjangoModelFactory):
    class Meta:
        model = Training

    resource = factory.SubFactory(ResourceFactory)
    title_fr = factory.Sequence(lambda n: f"Formation {n}")
    title_en = factory.Sequence(lambda n: f"Training {n}")
    summary_fr = "Ce que l’on apprend."
    summary_en = "What one learns."
    goals_fr = "Savoir chercher\nSavoir citer"
    goals_en = "Search\nQuote"


def in_a_week(hour: int = 17, minute: int = 0) -> datetime.datetime:
    day = timezone.localtime() + datetime.timedelta(days=7)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


class SessionFactory(DjangoModelFactory):
    """Give `hours` (a list of Hours), or `starts_at` and `minutes` for one meeting; `resource`;
    `led_by` a trainer or several; `for_schools` with `open_to="schools"`.
    """

    class Meta:
        model = Session
        skip_postgeneration_save = True

    resource = factory.SubFactory(ResourceFactory)
    training = factory.SubFactory(TrainingFactory, resource=factory.SelfAttribute("..resource"))
    capacity = 20
    state = SessionState.OPEN
    starts_at = factory.LazyFunction(in_a_week)
    minutes = 90
    hours = None
    every = None

    @classmethod
    def _fields(cls, kwargs) -> tuple[dict, list[Hours]]:
        hours, minutes, start = kwargs.pop("hours"), kwargs.pop("minutes"), kwargs.pop("starts_at")
        for name in ("resource", "every"):
            kwargs.pop(name)
        hours = hours or [Hours(start, start + datetime.timedelta(minutes=minutes))]
        kwargs["meeting_days"] = days_of_meetings(one.starts_at for one in hours)
        kwargs["planned_minutes"] = minutes_of_meetings(one.duration for one in hours)
        return {**kwargs, "starts_at": hours[0].starts_at, "ends_at": hours[-1].ends_at}, hours

    @classmethod
    def _build(cls, model_class, *args, **kwargs):
        return super()._build(model_class, *args, **cls._fields(kwargs)[0])

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        every = kwargs["every"]
        fields, hours = cls._fields(kwargs)
        fields.setdefault("provider", fields["training"].resource.provider)
        fields["series"] = agenda.plan_series(
            title=fields["training"].title_fr, hours=hours, every=every
        )
        return super()._create(model_class, *args, **fields)

    @factory.post_generation
    def for_schools(self, create, extracted, **kwargs):
        """Open to these schools alone."""
        if create and extracted:
            self.schools.set(extracted)

    @factory.post_generation
    def led_by(self, create, extracted, **kwargs):
        if create:
            provider = self.training.resource.provider
            people = extracted or TrainerFactory(works_for=provider)
            people = people if isinstance(people, list | tuple) else [people]
            self.trainers.set(people)
            for trainer in people:
                works_as_trainer(trainer, provider)


class MaterialFactory(DjangoModelFactory):
    """A text file for the whole session, unless told otherwise; give `session` and `by`."""

    class Meta:
        model = Material

    title = factory.Sequence(lambda n: f"Handout {n}")
    name = "handout.txt"
    media_type = "text/plain"
    size_bytes = 5
    file = factory.LazyFunction(lambda: ContentFile(b"Read.", "handout.txt"))
    key = factory.LazyFunction(uuid.uuid4)
