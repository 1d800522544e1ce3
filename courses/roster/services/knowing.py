"""What the last applied sets said of a school's students."""

from django.db.models import Exists, OuterRef

from courses.people.enums import AccountChangeKind
from courses.people.models import AccountChange, Organisation, today
from courses.people.models.classes import school_year
from courses.people.queries.students import students_of
from courses.roster.models import LastSaid
from courses.roster.services import other_directories
from courses.roster.values import KnownStudent, SaidAge


def known_students(school: Organisation, namespace: str) -> dict[str, KnownStudent]:
    """By key, what the last set said. Three queries; where another directory is followed, one more."""
    changed = AccountChange.objects.filter(
        person=OuterRef("identity__person"),
        kind__in=[AccountChangeKind.OPENED, AccountChangeKind.CLOSED],
        at__gt=OuterRef("gone_at"),
    )
    rows = LastSaid.objects.filter(school=school, identity__namespace=namespace)
    rows = rows.annotate(changed_since=Exists(changed)).select_related("identity").order_by("pk")
    said = list(rows)
    other_directories.with_latest_words(said, school, namespace)
    here = set(students_of([school]).filter(is_active=True).values_list("pk", flat=True))
    year, found = school_year(today()), {}
    for row in said:
        school_class, groups = row.of_year(year)
        by_a_set = row.is_gone and not row.changed_since
        found[row.identity.value] = KnownStudent(
            row.identity.value,
            row.name_mark,
            school_class,
            tuple(groups),
            gone=row.is_gone,
            away=row.identity.person_id not in here and not by_a_set,
            age=SaidAge(row.of_age, row.comes_of_age_on),
        )
    return found
