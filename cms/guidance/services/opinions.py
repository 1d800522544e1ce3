"""Was this useful? What readers say reaches who keeps the page, and is answered."""

import datetime
import uuid

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from cms.guidance.enums import Letters, OpinionState
from cms.guidance.models import Opinion, Pair
from courses.mail import services as outbox
from courses.people.models import Person

STRUCK_OUT = "▇▇▇"


def say(
    *,
    pair: Pair,
    key: uuid.UUID,
    language: str,
    was_useful: bool,
    words: str = "",
    person: Person | None = None,
    now: datetime.datetime | None = None,
) -> Opinion:
    """Save a reader's opinion. Idempotent by key: the first stays.

    A yes without words is counted and nothing more; anything else goes to the page's owner by
    letter.
    """
    words = words.strip()
    only_counted = was_useful and not words
    row = Opinion(
        key=key,
        pair=pair,
        language=language,
        was_useful=was_useful,
        words=words,
        person=person,
        said_at=now or timezone.now(),
        state=OpinionState.CLOSED if only_counted else OpinionState.NEW,
    )
    with transaction.atomic():
        Opinion.objects.bulk_create([row], ignore_conflicts=True)
        opinion = Opinion.objects.select_related("pair__owner").get(key=key)
        if opinion.public_id == row.public_id and not only_counted and pair.owner:
            outbox.post(Letters.OPINION, about=opinion, to=pair.owner, key=f"opinion:{opinion.pk}")
    return opinion


def answer(
    *,
    opinion: Opinion,
    words: str,
    closed: bool = False,
    by: Person,
    now: datetime.datetime | None = None,
) -> Opinion:
    """Answer in words, close without, or take up again what was closed.

    Whoever was signed in and has an email address gets the answer by letter, once per text; for
    others, students among them, it stands on the opinion's own page.
    """
    now, words = now or timezone.now(), words.strip()
    with transaction.atomic():
        opinion = Opinion.objects.select_for_update().get(pk=opinion.pk)
        is_new_text = bool(words) and words != opinion.answer
        opinion.state = (
            OpinionState.ANSWERED if words else OpinionState.CLOSED if closed else OpinionState.NEW
        )
        opinion.answer = words
        if is_new_text:
            opinion.answered_at, opinion.answered_by = now, by
        elif not words:
            opinion.answered_at = opinion.answered_by = None
        opinion.save(update_fields=["state", "answer", "answered_at", "answered_by"])
        if is_new_text and opinion.person and opinion.person.is_active and opinion.person.email:
            key = f"opinion-answered:{opinion.pk}:{now.isoformat()}"
            outbox.post(Letters.OPINION_ANSWERED, about=opinion, to=opinion.person, key=key)
        log(instance=opinion, action="guidance.answer", user=by)
    return opinion


def strike_out(*, opinion: Opinion, name: str, by: Person) -> int:
    """Take a name out of a reader's words, wherever it stands.

    Says how often. The log keeps that it was done, not the name.
    """
    name = name.strip()
    if not name:
        return 0
    with transaction.atomic():
        opinion = Opinion.objects.select_for_update().get(pk=opinion.pk)
        times = opinion.words.count(name)
        if times:
            opinion.words = opinion.words.replace(name, STRUCK_OUT)
            opinion.save(update_fields=["words"])
            log(instance=opinion, action="guidance.strike_out", user=by, data={"times": times})
    return times
