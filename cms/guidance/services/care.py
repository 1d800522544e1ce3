"""Owners and checks of pages: one act for both languages, letters when a check is due, and pages
that change hands.
"""

import calendar
import datetime
from collections import defaultdict

from django.db import transaction
from django.utils import timezone
from wagtail.log_actions import log

from cms.guidance.enums import Letters
from cms.guidance.exceptions import DeputyIsOwner, NotAnAdviser
from cms.guidance.models import Pair
from cms.guidance.queries import care as queries
from courses.digest.services import tell
from courses.locks import lock_then_read
from courses.mail import services as outbox
from courses.people.models import Person
from courses.people.permissions import is_adviser

SECOND_LETTER = datetime.timedelta(days=14)
TOLD_TWICE = 2
FINDING_BRINGS_FORWARD = datetime.timedelta(days=7)


def months_later(day: datetime.date, months: int) -> datetime.date:
    """The same day of a later month, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def confirm(*, pair: Pair, by: Person, now: datetime.datetime | None = None) -> Pair:
    """Somebody read the page and it holds: one act for both languages.

    Letters about it that haven't gone are withdrawn.
    """
    now = now or timezone.now()
    with transaction.atomic():
        pair = Pair.objects.select_for_update().get(pk=pair.pk)
        pair.checked_at, pair.checked_by, pair.times_told = now, by, 0
        day = timezone.localdate(now)
        pair.check_on = None if pair.is_dated else months_later(day, pair.check_months)
        pair.save(update_fields=["checked_at", "checked_by", "times_told", "check_on"])
        outbox.withdraw(key_prefix=f"check:{pair.pk}:")
        log(instance=pair, action="guidance.confirm", user=by)
        tell(key_of(pair))
    return pair


def tells_new_owner(pair: Pair, owner: Person, *, by: Person) -> bool:
    """True if `set_keepers` writes to that owner: unless they did it themselves."""
    return pair.owner_id != owner.pk and owner != by


def set_keepers(
    *,
    pair: Pair,
    owner: Person,
    deputy: Person | None,
    by: Person,
    check_months: int | None = None,
    check_on: datetime.date | None = None,
    now: datetime.datetime | None = None,
) -> Pair:
    """Say who keeps a page and when it is checked. Who becomes its owner is told, unless they did
    it themselves.

    Raises a `Refusal`. A later date than the one that was overdue is a promise: counting of letters
    begins anew. A dated page has no check, whatever is given.
    """
    now = now or timezone.now()
    if deputy == owner:
        raise DeputyIsOwner
    for person in filter(None, (owner, deputy)):
        if not is_adviser(person):
            raise NotAnAdviser(name=person.display_name)
    with transaction.atomic():
        pair = Pair.objects.select_for_update().get(pk=pair.pk)
        if tells_new_owner(pair, owner, by=by):
            tell_new_owner(owner, [pair], before=None, day=timezone.localdate(now))
        check_on = None if pair.is_dated else check_on or pair.check_on
        if check_on != pair.check_on:
            pair.times_told = 0
            outbox.withdraw(key_prefix=f"check:{pair.pk}:")
        pair.owner, pair.deputy, pair.check_months, pair.check_on = (
            owner,
            deputy,
            check_months or pair.check_months,
            check_on,
        )
        pair.save(update_fields=["owner", "deputy", "check_months", "check_on", "times_told"])
        log(instance=pair, action="guidance.keepers", user=by)
        tell(key_of(pair))
    return pair


def key_of(pair: Pair) -> str:
    return f"page:{pair.translation_key}"


# What falls due


def remind(now: datetime.datetime) -> int:
    """For the tick: tell the owner on the day a check falls due; two weeks later the deputy too,
    and from then on readers.

    One query where nothing is due. May run twice.
    """
    day = timezone.localdate(now)
    told = 0
    for pk in queries.checks_to_tell(day, day - SECOND_LETTER).values_list("pk", flat=True):
        told += tell_of_check(pk, day)
    return told


def tell_of_check(pk: int, day: datetime.date) -> int:
    """The letters about one page that is to be checked; none if somebody confirmed it meanwhile."""
    with transaction.atomic():
        due = queries.checks_to_tell(day, day - SECOND_LETTER)
        pair = lock_then_read(due.filter(pk=pk)).first()
        if pair is None:
            return 0
        readers = [pair.owner] if pair.times_told == 0 else [pair.owner, pair.deputy]
        pair.times_told += 1
        for reader in dict.fromkeys(filter(None, readers)):
            details = {"due": str(pair.check_on), "times": pair.times_told}
            key = f"check:{pair.pk}:{pair.check_on}:{pair.times_told}:{reader.pk}"
            outbox.post(Letters.TO_CHECK, about=pair, to=reader, key=key, details=details)
        pair.save(update_fields=["times_told"])
        if pair.times_told >= TOLD_TWICE:
            tell(key_of(pair))
    return 1


def bring_forward(*, pair: Pair, now: datetime.datetime) -> None:
    """Something on the page doesn't hold any more: it is to be checked within a week.

    Never later than it would have been.
    """
    soon = timezone.localdate(now) + FINDING_BRINGS_FORWARD
    if not pair.is_dated and (pair.check_on is None or pair.check_on > soon):
        Pair.objects.filter(pk=pair.pk).update(check_on=soon, times_told=0)


# Who leaves


def hand_over(now: datetime.datetime) -> int:
    """For the tick: pass pages of owners who are no longer advisers to the deputy, else to a chief
    adviser of the topic.

    Three queries at most where nobody left. Idempotent.
    """
    day = timezone.localdate(now)
    received: dict[tuple[int, int | None], list[int]] = defaultdict(list)
    handed = 0
    chiefs = queries.Chiefs(day)
    for pair in queries.left_by_their_owner(day):
        heir = pair.deputy if pair.deputy_id and not pair.deputy_left else chiefs.first
        if heir is None and pair.owner_id is None:
            continue  # listed as kept by nobody
        if give_to(pair, heir):
            handed += 1
            if heir:
                received[heir.pk, pair.owner_id].append(pair.pk)
    people = Person.objects.in_bulk({pk for both in received for pk in both if pk})
    for (heir_pk, before_pk), pairs in received.items():
        before = people.get(before_pk) if before_pk else None
        tell_new_owner(
            people[heir_pk], list(Pair.objects.filter(pk__in=pairs)), before=before, day=day
        )
    return handed + sum(forget_deputy(pair) for pair in queries.left_by_their_deputy(day))


def give_to(pair: Pair, heir: Person | None) -> int:
    """One statement, so that what was changed by hand meanwhile stays.

    A deputy who becomes the owner leaves that place empty.
    """
    unchanged = Pair.objects.filter(pk=pair.pk, owner_id=pair.owner_id, deputy_id=pair.deputy_id)
    deputy = None if pair.deputy_left or (heir and heir.pk == pair.deputy_id) else pair.deputy_id
    with transaction.atomic():
        done = unchanged.update(owner=heir, deputy=deputy)
        if done:
            log(
                instance=pair,
                action="guidance.hand_over",
                data={"to": heir.pk if heir else None},
            )
            tell(key_of(pair))
    return done


def forget_deputy(pair: Pair) -> int:
    """The deputy left: the place is empty, and the owner is told so."""
    with transaction.atomic():
        done = Pair.objects.filter(pk=pair.pk, deputy_id=pair.deputy_id).update(deputy=None)
        if done and pair.owner and pair.deputy:
            name = pair.deputy.display_name
            key = f"deputy-left:{pair.pk}:{pair.deputy_id}:{timezone.localdate()}"
            outbox.post(
                Letters.DEPUTY_LEFT, about=pair, to=pair.owner, key=key, details={"name": name}
            )
    return done


def tell_new_owner(
    owner: Person, pairs: list[Pair], *, before: Person | None, day: datetime.date
) -> None:
    """One letter, however many pages came."""
    pks = sorted(pair.pk for pair in pairs)
    details = {"pairs": pks, "before": before.display_name if before else ""}
    outbox.post(
        Letters.PAGES_RECEIVED,
        to=owner,
        key=f"pages-received:{owner.pk}:{pks[0]}:{len(pks)}:{day}",
        details=details,
    )
