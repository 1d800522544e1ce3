"""Trainings and sessions. A session is open, in a week, with one meeting of an hour and a half, unless told otherwise."""

import datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from courses.agenda import services as agenda
from courses.agenda.values import Hours
from tests.factories.catalogue import ResourceFactory
from tests.factories.people import TrainerFactory
from training.enums import SessionState
from training.models import Session, Training


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
    """`hours`: list of Hours; or `starts_at` and `minutes` for one meeting. `led_by`: a trainer or a list. `resource`: the training's."""

    class Meta:
        model = Session
        skip_postgeneration_save = True
        exclude = ("minutes", "hours", "resource")

    class Params:
        pass

    resource = factory.SubFactory(ResourceFactory)
    training = factory.LazyAttribute(lambda o: TrainingFactory(resource=o.resource))
    capacity = 20
    state = SessionState.OPEN
    minutes = 90

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        hours = kwargs.pop("hours", None)
        minutes = kwargs.pop("minutes", 90)
        kwargs.pop("resource", None)
        if hours is None:
            start = kwargs.pop("starts_at", None) or in_a_week()
            hours = [Hours(start, start + datetime.timedelta(minutes=minutes))]
        kwargs["starts_at"], kwargs["ends_at"] = hours[0].starts_at, hours[-1].ends_at
        kwargs["series"] = agenda.plan_series(title=kwargs["training"].title_fr, hours=hours)
        return super()._create(model_class, *args, **kwargs)

    @factory.post_generation
    def led_by(self, create, extracted, **kwargs):
        if create:
            trainers = extracted if isinstance(extracted, list | tuple) else [extracted or TrainerFactory()]
            self.trainers.set(trainers)
