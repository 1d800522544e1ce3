"""The start of a real school: people from a table, line by line, and a table of the same form."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from courses.people.enums import GIVEN_BY_A_TABLE, NEVER_BY_A_TABLE, Language, Role
from courses.people.models import Membership, Organisation, Person, Subject, today
from courses.people.rules import why_not_a_name, why_not_join
from courses.people.services import memberships as memberships_service
from courses.people.services.accounts import change_account, free_login, register
from courses.people.values import Line, tidy_name
from courses.tables.enums import LineState
from courses.tables.exceptions import TableHasWrongLines
from courses.tables.values import EMPTIED, Change, Column, Problem, Row, day_of, words_of

COLUMNS = [
    Column("login", "login", "identifiant", gettext_lazy("Empty for a new person: it is made from the name.")),
    Column(
        "mail", "mail", "adresse", gettext_lazy("Invitations are sent there. If the login is empty, the person is found by this address.")
    ),
    Column("given_name", "first name", "prénom", gettext_lazy("Needed for a new person.")),
    Column("family_name", "family name", "nom", gettext_lazy("Needed for a new person.")),
    Column("usage_name", "usage name", "nom d’usage", gettext_lazy("Printed instead of the family name.")),
    Column("language", "language", "langue", gettext_lazy("fr or en; French if empty.")),
    Column("role", "role", "rôle", gettext_lazy("teacher, trainer or leader.")),
    Column("organisation", "organisation", "établissement", gettext_lazy("A school’s UAI; a provider’s name.")),
    Column("subjects", "subjects", "disciplines", gettext_lazy("Codes of subjects, with a space between them.")),
    Column("since", "from", "depuis", gettext_lazy("2026-09-01 or 01/09/2026; today if empty.")),
    Column("until", "until", "jusqu’au", gettext_lazy("The last day, included; open if empty.")),
]
BY_KEY = {column.key: column for column in COLUMNS}
ROLE_WORDS = {
    "teacher": Role.TEACHER, "professeur": Role.TEACHER, "professeure": Role.TEACHER, "enseignant": Role.TEACHER,
    "enseignante": Role.TEACHER, "trainer": Role.TRAINER, "formateur": Role.TRAINER, "formatrice": Role.TRAINER,
    "leader": Role.LEADER, "direction": Role.LEADER,
}  # fmt: skip
LONGEST_NAME = 80
LANGUAGE_WORDS = {"fr": "fr", "français": "fr", "french": "fr", "en": "en", "anglais": "en", "english": "en"}


@dataclass
class Work:
    """What a line asks of the services."""

    person: Person
    fields: dict = field(default_factory=dict)
    joins: dict | None = None
    membership: Membership | None = None
    membership_until: datetime.date | None = None
    membership_subjects: list[Subject] | None = None


class PeoplePlan:
    """What a table would do, against the database as it is now: a fixed number of queries, nothing written."""

    def __init__(self, rows: list[Row]):
        self.rows = rows
        logins = {row.cells.get("login", "").lower() for row in rows}
        mails = {row.cells.get("mail", "").lower() for row in rows}
        known = list(Person.objects.annotate_lower_email().filter(Q(login__in=logins) | Q(lower_email__in=mails)))
        self.by_login = {person.login: person for person in known}
        self.by_mail = {person.email.lower(): person for person in known if person.email}
        self.adults = set(Person.objects.adults().filter(pk__in=[person.pk for person in known]).values_list("pk", flat=True))
        self.organisations = {}
        for organisation in Organisation.objects.all():
            self.organisations[(organisation.uai or organisation.name).casefold()] = organisation
        self.subjects = {subject.code: subject for subject in Subject.objects.all()}
        self.memberships: dict[str, list[Membership]] = defaultdict(list)
        mine = Membership.objects.filter(person__in=known).select_related("person", "organisation").prefetch_related("subjects")
        for membership in mine:
            self.memberships[membership.person.login].append(membership)
        self.lines = [self._line(row) for row in rows]

    def _line(self, row: Row) -> Line:
        problems: list[Problem] = []
        person, is_new = self._person(row.cells, problems)
        work = Work(person)
        changes: list[Change] = []
        if not problems:
            self._facts(row.cells, work, is_new, changes, problems)
            self._membership(row.cells, work, changes, problems)
        name = " ".join(filter(None, (person.given_name, person.last_name))) if person else ""
        title = f"{name} ({person.login})" if person and person.login else name or row.cells.get("mail") or row.cells.get("login", "")
        state = LineState.UNCHANGED
        if problems:
            state, changes = LineState.WRONG, []
        elif is_new:
            state = LineState.NEW
        elif changes:
            state = LineState.CHANGED
        return Line(row.number, title, state, changes, problems, work)

    def _person(self, cells: dict, problems: list) -> tuple[Person, bool]:
        """The account that the line is about, or a new one, which the next lines of the file find, too."""
        login, mail = cells.get("login", "").lower(), cells.get("mail", "").lower()
        by_login, by_mail = self.by_login.get(login), self.by_mail.get(mail)
        person = by_login or by_mail
        if not login and not mail:
            problems.append(problem("login", _("This line has neither a login nor an email address."), _("Give one of them.")))
        elif by_mail and login and by_mail is not by_login:
            reason = _("The address %(mail)s belongs to the login %(login)s.") % {"mail": mail, "login": by_mail.login}
            problems.append(problem("mail", reason, _("Write that login, or another address.")))
        elif mail and mail != EMPTIED and not is_mail(mail):
            problems.append(
                problem("mail", _("“%(mail)s” is not an email address.") % {"mail": mail}, _("Write it as name@school.example."))
            )
        elif person and (reason := self._kept_elsewhere(person)):
            problems.append(problem("login", reason, _("Leave the line out.")))
            return Person(), False  # nobody's name is told
        if person or problems:
            return person or Person(), False
        person = Person(login=login, email=mail if mail != EMPTIED else None, language=Language.FRENCH)
        return person, True

    def _kept_elsewhere(self, person: Person) -> str:
        """Why a table doesn't change this account; empty: it may."""
        held = [membership.role for membership in self.memberships[person.login]]
        if Role.STUDENT in held and person.pk not in self.adults:
            return _("The login %(login)s is a student’s: the school keeps it.") % {"login": person.login}
        if person.is_superuser or any(role in NEVER_BY_A_TABLE for role in held):
            return _("The login %(login)s is changed in the administration only.") % {"login": person.login}
        return ""

    def _facts(self, cells: dict, work: Work, is_new: bool, changes: list, problems: list) -> None:
        """Name, language, address: an empty cell leaves what is there, “-” empties it."""
        wanted: dict[str, str | None] = {}
        for key in ("given_name", "family_name", "usage_name"):
            name = tidy_name(cells.get(key, ""))
            if name == EMPTIED and key == "usage_name":
                wanted[key] = ""
            elif name and (refusal := why_not_a_name(name)):
                problems.append(problem(key, refusal.reason, _("Write the name as it is to be printed.")))
            elif len(name) > LONGEST_NAME:
                problems.append(problem(key, _("This name is longer than 80 characters."), _("Shorten it.")))
            elif name:
                wanted[key] = name
            elif is_new and key != "usage_name":
                problems.append(problem(key, _("This cell is needed for a new person."), _("Fill in this cell.")))
        if language := cells.get("language", ""):
            wanted["language"] = LANGUAGE_WORDS.get(language.casefold(), "")
            if not wanted["language"]:
                reason = _("“%(word)s” is not a language of Passerelle.") % {"word": language}
                problems.append(problem("language", reason, _("Write fr or en.")))
        if problems:
            return
        if not is_new and (mail := cells.get("mail", "")):
            wanted["email"] = None if mail == EMPTIED else mail.lower()
        self._note(work, wanted, is_new, changes)

    def _note(self, work: Work, wanted: dict, is_new: bool, changes: list) -> None:
        person = work.person
        for key, now in wanted.items():
            was = getattr(person, key) or ""
            if (was.lower() if key == "email" else was) != (now or ""):
                work.fields[key] = now
                if not is_new:
                    changes.append(Change(BY_KEY["mail" if key == "email" else key].heading, was, now or ""))
                setattr(person, key, now)
        if is_new:
            person.login = person.login or free_login(person.given_name, person.family_name, taken=set(self.by_login))
            self.by_login[person.login] = person
            changes.append(Change(BY_KEY["login"].heading, "", person.login))
        if person.email:
            self.by_mail[person.email.lower()] = person

    def _membership(self, cells: dict, work: Work, changes: list, problems: list) -> None:
        role_word, place = cells.get("role", ""), cells.get("organisation", "")
        if not role_word and not place:
            return
        role = ROLE_WORDS.get(role_word.casefold())
        organisation = self.organisations.get(place.casefold())
        if role not in GIVEN_BY_A_TABLE:
            reason = _("“%(word)s” is not a role that a table can give.") % {"word": role_word}
            problems.append(problem("role", reason, _("Write teacher, trainer or leader.")))
        if organisation is None:
            reason = _("No organisation is known as “%(word)s”.") % {"word": place}
            problems.append(problem("organisation", reason, _("Check the UAI, or add the organisation in the administration first.")))
        since, until = read_day(cells, "since", problems), read_day(cells, "until", problems)
        subjects = self._subjects(cells.get("subjects", ""), problems)
        if problems or organisation is None or role is None:
            return
        existing = self._existing(work.person, organisation, role, since)
        if existing:
            self._change(existing, cells, until, subjects, work, changes)
            return
        since = since or today()
        others = self.memberships[work.person.login]
        if refusal := why_not_join(organisation, role, since, until, others=others):
            problems.append(problem("organisation", refusal.reason, refusal.advice or _("Check role, organisation and days.")))
            return
        work.joins = {"organisation": organisation, "role": role, "since": since, "until": until, "subjects": subjects or []}
        others.append(Membership(person=work.person, organisation=organisation, role=role, since=since, until=until))
        words = {"role": Role(role).label, "organisation": organisation, "day": shown(since)}
        changes.append(Change(BY_KEY["role"].heading, "", _("%(role)s, %(organisation)s, from %(day)s") % words))

    def _existing(self, person, organisation, role, since) -> Membership | None:
        """The membership of these days: with the same first day or, when none is given, the one of today."""
        for membership in self.memberships[person.login]:
            if membership.organisation == organisation and membership.role == role:
                if since == membership.since:
                    return membership
                if since is None and membership.since <= today() <= (membership.until or datetime.date.max):
                    return membership
        return None

    def _change(self, existing: Membership, cells, until, subjects, work: Work, changes: list) -> None:
        if existing.pk is None:  # of an earlier line of this file
            return
        new_until = None if cells.get("until") == EMPTIED else until or existing.until
        had = sorted(existing.subjects.all(), key=lambda subject: subject.code)
        wanted = had if subjects is None else sorted(subjects, key=lambda subject: subject.code)
        if new_until != existing.until:
            changes.append(Change(BY_KEY["until"].heading, shown(existing.until), shown(new_until)))
        if wanted != had:
            changes.append(Change(BY_KEY["subjects"].heading, codes(had), codes(wanted)))
        if new_until != existing.until or wanted != had:
            work.membership, work.membership_until, work.membership_subjects = existing, new_until, wanted

    def _subjects(self, cell: str, problems: list) -> list[Subject] | None:
        if cell in ("", EMPTIED):
            return [] if cell else None
        words = words_of(cell)
        if unknown := [word for word in words if word not in self.subjects]:
            reason = _("These codes of subjects are not known: %(codes)s.") % {"codes": ", ".join(unknown)}
            problems.append(problem("subjects", reason, _("The codes are in the administration, under Subjects.")))
        return [self.subjects[word] for word in words if word in self.subjects]


def problem(key: str, reason: str, remedy: str = "", columns=BY_KEY) -> Problem:
    return Problem(columns[key].heading, reason, remedy)


def is_mail(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def read_day(cells: dict, key: str, problems: list, columns=BY_KEY) -> datetime.date | None:
    typed = cells.get(key, "")
    if typed in ("", EMPTIED):
        return None
    try:
        return day_of(typed)
    except ValueError:
        problems.append(problem(key, _("“%(word)s” is not a day.") % {"word": typed}, _("Write it as 2026-09-01 or 01/09/2026."), columns))
        return None


def shown(day: datetime.date | None) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT") if day else ""


def codes(subjects) -> str:
    return " ".join(subject.code for subject in subjects)


def plan(rows: list[Row]) -> list[Line]:
    return PeoplePlan(rows).lines


def apply(rows: list[Row], *, by: Person, invited: bool = True) -> list[Line]:
    """Write what the table says, in one transaction; a second time nothing changes. Raises `TableHasWrongLines`."""
    with transaction.atomic():
        lines = plan(rows)
        if any(line.state == LineState.WRONG for line in lines):
            raise TableHasWrongLines
        for line in lines:
            if line.state != LineState.UNCHANGED:
                _write(line.work, by, invited)
    return lines


def _write(work: Work, by: Person, invited: bool) -> None:
    person = work.person
    if person.pk is None:
        register(person, by=by, invited=invited)
    elif work.fields:
        change_account(person=person, by=by, **work.fields)
    if work.joins:
        memberships_service.join(person=person, by=by, **work.joins)
    if work.membership:
        memberships_service.change_membership(
            membership=work.membership,
            since=work.membership.since,
            until=work.membership_until,
            subjects=work.membership_subjects,
            by=by,
        )
    log(instance=person, action="people.import", user=by)


def export_rows() -> list[dict]:
    """One line per membership that a table may give; people without one have a line, too."""
    people = (
        Person.objects.filter(is_superuser=False, erased_at=None)
        .adults()
        .exclude(memberships__role__in=NEVER_BY_A_TABLE)
        .prefetch_related("memberships__organisation", "memberships__subjects")
    )
    rows = []
    for person in people:
        facts = {
            "login": person.login,
            "mail": person.email or "",
            "given_name": person.given_name,
            "family_name": person.family_name,
            "usage_name": person.usage_name,
            "language": person.language,
        }
        held = [membership for membership in person.memberships.all() if membership.role in GIVEN_BY_A_TABLE]
        rows += [facts | _as_cells(membership) for membership in held] or [facts]
    return rows


def _as_cells(membership: Membership) -> dict:
    organisation = membership.organisation
    return {
        "role": str(membership.role),
        "organisation": organisation.uai or organisation.name,
        "subjects": codes(sorted(membership.subjects.all(), key=lambda subject: subject.code)),
        "since": membership.since.isoformat(),
        "until": membership.until.isoformat() if membership.until else "",
    }
