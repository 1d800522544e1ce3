"""Teachers whom only a directory before knows, when a school goes on with another one."""

from collections.abc import Collection, Iterable, Sequence

from courses.people.models import Organisation, Person, today
from courses.people.models.classes import school_year
from courses.roster.enums import RosterChangeKind
from courses.roster.models import LastSaidOfTeacher
from courses.roster.services.duties import Duties
from courses.roster.values import Proposal, SaidTeacher, duty_kept, plain


def former_rows(school: Organisation, namespace: str) -> list[LastSaidOfTeacher]:
    """What was said last of them; the latest of each. One query."""
    rows = LastSaidOfTeacher.objects.filter(school=school)
    known = rows.filter(identity__namespace=namespace).values("identity__person")
    rows = rows.exclude(identity__namespace=namespace).exclude(identity__person__in=known)
    rows = rows.filter(gone_at=None).select_related("identity__person", "membership")
    return list({row.identity.person_id: row for row in rows.order_by("pk")}.values())


def leaving(
    rows: Iterable[LastSaidOfTeacher],
    said: Sequence[SaidTeacher],
    *,
    brought: Collection[int],
    with_key: Collection[int],
) -> list[Proposal]:
    """Whom the set doesn't name. `brought`: memberships of today; one of them that a set began may
    end. `with_key`: accounts that have a key of somebody in the set. Who has the name or address of
    somebody in the set stays, too: it may be them.
    """
    named = {(plain(one.given_name), plain(one.family_name)) for one in said}
    mails = {one.email for one in said} - {""}
    return [
        Proposal(
            RosterChangeKind.TEACHER_LEFT,
            row.identity.value,
            namespace=row.identity.namespace,
            person=person.pk,
        )
        for row in rows
        if row.membership_id in brought
        and row.identity.person_id not in with_key
        and not _names(person := row.identity.person) & named
        and str(person.email).lower() not in mails
    ]


def _names(person: Person) -> set[tuple[str, str]]:
    given = plain(person.given_name)
    return {(given, plain(person.family_name)), (given, plain(person.last_name))}


def words_taken_over(
    row: LastSaidOfTeacher | None, said: Iterable[str], duties: Duties
) -> dict[str, object]:
    """What the directory before had said and brought, in the words of the new one: what goes on isn't
    ended and begun anew because a class is spelled otherwise.
    """
    if row is None:
        return {"duties": [], "begun": []}
    now = {_meant(text, duties): text for text in said if duties.place_of(text)}

    def spelled(texts: Iterable[str]) -> list[str]:
        return [now.get(_meant(text, duties), text) for text in texts]

    kept, begun = row.of_year(school_year(today()))
    return {"membership": row.membership, "duties": spelled(kept), "begun": spelled(begun)}


def _meant(text: str, duties: Duties) -> tuple[int | None, str]:
    place = duties.place_of(text)
    return place.pk if place else None, duty_kept(text).subject
