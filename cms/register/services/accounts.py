"""An account is erased: what is the person's alone goes, what is proof stays without a name."""

import contextlib
import datetime
import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms.register.models import ErasedAccount
from cms.register.queries import model_of, register
from cms.register.services import rows
from courses.digest.register import Holding
from courses.people.enums import AccountChangeKind
from courses.people.models import Person
from courses.people.services import leaving

logger = logging.getLogger(__name__)


def erase_account(*, person: Person, now: datetime.datetime | None = None) -> None:
    """Erase what the register says goes with an account, then the name. Idempotent.

    Holds the person's row until commit. Files go after the commit.
    """
    now = now or timezone.now()
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        if person.erased_at is not None:
            return
        names = {person.display_name, *_earlier_names(person)}
        for holding in register().holdings:
            if holding.about and holding.model != Person._meta.label:
                _erase_of(holding, person)
        _forget_names_in_the_log(person, names)
        leaving.anonymise(person, now=now)
        ErasedAccount.objects.get_or_create(
            person_public_id=person.public_id, defaults={"erased_at": now}
        )


def _earlier_names(person: Person) -> Iterator[str]:
    """As rows were named after the person before a change of name, which says all three
    (`Person.full_name`).
    """
    changes = person.account_changes.filter(kind=AccountChangeKind.NAME)
    for was in changes.values_list("was", flat=True):
        name, _bracket, usage_name = was.removesuffix(")").partition(" (")
        yield name
        words = name.split()
        if usage_name:  # where the first name ends isn't known
            yield from (" ".join([*words[:end], usage_name]) for end in range(1, len(words)))


def _forget_names_in_the_log(person: Person, names: Iterable[str]) -> None:
    """Erase the person's names from the log, also on rows that were named after them: the whole
    name, never a longer name that begins like it.
    """
    ModelLogEntry.objects.for_instance(person).update(label="")
    for name in names:
        whole = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
        alike = ModelLogEntry.objects.filter(label__icontains=name).values_list("pk", "label")
        named = [pk for pk, label in alike if whole.search(label)]
        ModelLogEntry.objects.filter(pk__in=named).update(label="")


def _erase_of(holding: Holding, person: Person) -> None:
    model = model_of(holding)
    own = model._default_manager.filter(
        Q(*(Q(**{about: person.pk}) for about in holding.about), _connector=Q.OR)
    )
    own = model._default_manager.filter(pk__in=own.order_by().values("pk"))
    if holding.leaving is not None:
        rows.delete(own.filter(holding.leaving))
    columns = dict(holding.leaving_blank)
    for name in [
        name for name in columns if isinstance(model._meta.get_field(name), models.ManyToManyField)
    ]:
        getattr(model, name).through.objects.filter(person=person).delete()
        del columns[name]
    if columns:
        own.update(**columns)


def write_down_the_erased() -> int:
    """Add accounts that were erased since to a file that lies outside the database, and so outside
    its backups.

    One public id a line. Says how many were added. The file is there, empty, where nobody was erased:
    a restore tells that apart from a list that is missing. Where a restore missed it, it is begun by
    nobody (`note_lost_list`).
    """
    path = Path(settings.ERASED_FILE)
    if not path.exists() and _lost_mark().exists():
        logger.error(
            "%s was missing at a restore and isn't back. The database doesn't know who was erased since"
            " its backup. Put the list back; where it is lost for good, delete %s to begin another.",
            path,
            _lost_mark(),
        )
        return 0
    known = set(path.read_text().split()) if path.exists() else set()
    new = [
        one
        for one in ErasedAccount.objects.order_by("pk").values_list("person_public_id", flat=True)
        if one not in known
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        file.writelines(f"{public_id}\n" for public_id in new)
    _lost_mark().unlink(missing_ok=True)
    return len(new)


def begin_list_of_the_erased() -> None:
    """Write the list where it isn't there: a new site, or another `ERASED_FILE` since."""
    if not Path(settings.ERASED_FILE).exists():
        write_down_the_erased()


def note_lost_list() -> None:
    """Leave a mark beside the missing list: begun anew from a restored database, it would look like the
    whole one. Where no mark can be written, such as under a disk that isn't mounted, no list can be either.
    """
    with contextlib.suppress(OSError):
        _lost_mark().touch()


def _lost_mark() -> Path:
    path = Path(settings.ERASED_FILE)
    return path.with_name(f"{path.name}.lost")


def erase_again(
    public_ids: list[str], *, now: datetime.datetime | None = None
) -> tuple[int, list[str]]:
    """Erase accounts again that a restored backup brought back.

    Return how many, and the public ids of those that can't be erased.
    """
    back = list(Person.objects.filter(public_id__in=public_ids, erased_at__isnull=True))
    failed = []
    for person in back:
        try:
            erase_account(person=person, now=now)
        except Exception:  # the others are erased all the same
            logger.exception("The account %s can't be erased", person.public_id)
            failed.append(person.public_id)
    return len(back) - len(failed), failed
