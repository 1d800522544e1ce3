"""The register as it stands: what every package declares, gathered by hook."""

import datetime
from dataclasses import dataclass
from functools import cache

from django.apps import apps
from django.db import models
from wagtail import hooks

from courses.digest.enums import Hook
from courses.digest.register import TECHNICAL, Category, Holding, Period, Whose


@dataclass(frozen=True)
class Whole:
    """The registers of all packages together. Holdings in the order of erasing: each package's own, products first."""

    categories: dict[str, Category]
    holdings: list[Holding]
    unrelated: frozenset[str]

    def of(self, whose: str) -> list[Category]:
        return [category for category in self.categories.values() if whose in category.whose]

    def period_of(self, holding: Holding) -> Period:
        return holding.period or self.categories[holding.category].period

    def says_nothing_of_people(self, model: type[models.Model]) -> bool:
        label = model._meta.label
        return label in self.unrelated or f"{model._meta.app_label}.*" in self.unrelated


@cache
def register() -> Whole:
    """Read once: it changes with the code alone."""
    parts = [part for answer in hooks.get_hooks(Hook.REGISTER) for part in answer()]
    categories = sorted((category for part in parts for category in part.categories), key=lambda category: category.order)
    labels = {config.label for config in apps.get_app_configs()}
    holdings = [holding for part in parts for holding in part.holdings if holding.model.split(".")[0] in labels]
    return Whole(
        {category.key: category for category in categories}, holdings, frozenset(label for part in parts for label in part.unrelated)
    )


def model_of(holding: Holding) -> type[models.Model]:
    return apps.get_model(holding.model)


def what_is_over(holding: Holding, now: datetime.datetime) -> models.QuerySet:
    """Rows that are to be erased at that instant, or were by then."""
    rows = model_of(holding)._default_manager.all()
    return rows.filter(holding.past(register().period_of(holding).cutoff(now))) if holding.past else rows.none()


def undeclared() -> list[str]:
    """Fields that nobody has declared, and declarations of fields that aren't there: both must be none."""
    whole, wrong = register(), []
    declared = {}
    for holding in whole.holdings:
        declared[holding.model] = {*holding.fields, *holding.by, *holding.secret, *holding.other}
    for model in apps.get_models():
        label = model._meta.label
        if whole.says_nothing_of_people(model):
            continue
        if label not in declared:
            wrong.append(f"{label}: nobody says whether it is about people")
            continue
        names = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
        wrong += [f"{label}.{name}: not declared" for name in sorted(names - declared[label] - TECHNICAL)]
        wrong += [f"{label}.{name}: declared, but not there" for name in sorted(declared[label] - names)]
    return wrong


def students_see() -> list[Category]:
    return [category for category in register().of(Whose.STUDENTS) if category.child_title]
