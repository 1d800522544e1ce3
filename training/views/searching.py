"""Search results of the catalogue: published trainings, and their sessions to come that
are open.
"""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import translation

from courses.digest.values import SearchHit
from training.enums import SessionState
from training.models import Session, Training
from training.queries.sessions import count_seats
from training.views.rows import seats

TRAINING, SESSION, RESOURCE = "training:", "session:", "resource:"


def to_find(keys: frozenset[str] | None, now: datetime) -> list[SearchHit]:
    """Return hits in both languages, what these keys name and what belongs to it, or everything:
    three queries.
    """
    trainings = Training.objects.published().select_related("resource").prefetch_related("subjects")
    sessions = (
        Session.objects.visible_to(AnonymousUser()).filter(state=SessionState.OPEN).to_come(now)
    )
    if keys is not None:
        named = {
            kind: [key.removeprefix(kind) for key in keys if key.startswith(kind)]
            for kind in (TRAINING, SESSION, RESOURCE)
        }
        if not any(named.values()):
            return []
        trainings = trainings.filter(
            Q(public_id__in=named[TRAINING]) | Q(resource__slug__in=named[RESOURCE])
        )
        sessions = sessions.filter(
            Q(public_id__in=named[SESSION])
            | Q(training__public_id__in=named[TRAINING])
            | Q(training__resource__slug__in=named[RESOURCE])
        )
    trainings = list(trainings.fetch_mode(models.FETCH_PEERS))
    sessions = list(sessions.with_page_rows().fetch_mode(models.FETCH_PEERS))
    count_seats(sessions)
    hits = []
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            hits += [hit_of_training(training, language) for training in trainings]
            hits += [hit_of_session(session, language, now) for session in sessions]
    return hits


def hit_of_training(training: Training, language: str) -> SearchHit:
    subjects = ", ".join(str(subject) for subject in training.subjects.all())
    return SearchHit(
        key=f"{TRAINING}{training.public_id}",
        under=f"{RESOURCE}{training.resource.slug}",
        language=language,
        kind="training",
        title=training.title,
        summary=training.summary,
        text="\n".join(
            [training.resource.name, *training.goals, training.preparation, subjects]
        ).strip(),
        url=training.get_absolute_url(),
    )


def hit_of_session(session: Session, language: str, now: datetime) -> SearchHit:
    standing = seats(session, now, is_exact=False)  # one text for all readers
    return SearchHit(
        key=f"{SESSION}{session.public_id}",
        under=f"{TRAINING}{session.training.public_id}",
        language=language,
        kind="session",
        title=session.title,
        summary=session.training.summary,
        text=session.resource.name,
        url=session.get_absolute_url(),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        state=standing.word,
        tone=standing.tone,
        sign=standing.sign,
    )
