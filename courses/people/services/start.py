"""The start of a real school: people from a table, line by line, and a table of the same form."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from courses.people.enums import (
    GIVEN_BY_A_TABLE,
    NEVER_BY_A_TABLE,
    THE_SCHOOLS_ALONE,
    Language,
    Role,
)
from courses.people.models import Membership, Organisation, Person, Subject, today
from courses.people.rules.memberships import why_not_join
from courses.people.services import memberships as memberships_service
from courses.people.services.accounts import change_account, register
from courses.people.services.free_logins import free_login
from courses.people.services.people_columns import COLUMNS, ROLE_WORDS, codes, subjects_of
from courses.tables.services.imports import ImportLine, TableImport, in_words
from courses.tables.values import FileRow


@dataclass
class PersonWork:
    """Work of one line for the services."""

    person: Person
    fields: dict = field(default_factory=dict)
    joins: dict | None = None
    membership: Membership | None = None
    membership_until: datetime.date | None = None
    membership_subjects: list[Subject] | None = None


class PeopleImport(TableImport):
    """People are found by login or address.

    Nobody is told of an account that the table may not change.
    """

    columns = COLUMNS

    def load(self, rows: list[FileRow]) -> None:
        logins = {row.cells.get("login", "").lower() for row in rows}
        mails = {row.cells.get("mail", "").lower() for row in rows}
        known = list(
            Person.objects.annotate_lower_email().filter(
                Q(login__in=logins) | Q(lower_email__in=mails)
            )
        )
        self.by_login = {person.login: person for person in known}
        self.by_mail = {person.email.lower(): person for person in known if person.email}
        self.kept_by_registrars = set(
            Person.objects.of_registrars()
            .filter(pk__in=[person.pk for person in known])
            .values_list("pk", flat=True)
        )
        self.organisations = {
            (one.uai or one.name).casefold(): one for one in Organisation.objects.all()
        }
        self.subjects = {subject.code: subject for subject in Subject.objects.all()}
        self.memberships: dict[str, list[Membership]] = defaultdict(list)
        held = (
            Membership.objects.filter(person__in=known)
            .select_related("person", "organisation")
            .prefetch_related("subjects")
        )
        for membership in held:
            self.memberships[membership.person.login].append(membership)

    def plan_line(self, line: ImportLine) -> None:
        line.title = line.text("mail") or line.text("login")
        person = self._person(line)
        if person is None:
            return
        line.work = PersonWork(person)
        self._facts(line)
        self._membership(line)
        if name := " ".join(filter(None, (person.given_name, person.last_name))):
            line.title = f"{name} ({person.login})" if person.login else name

    def _person(self, line: ImportLine) -> Person | None:
        """The account that the line is about, or a new one, which the next lines of the file find,
        too. None, if it isn't clear.
        """
        login, mail = line["login"] or "", line.value_or("mail", "", "")
        by_login, by_mail = self.by_login.get(login), self.by_mail.get(mail)
        person = by_login or by_mail
        named = {"login": (login, by_login), "mail": (mail, by_mail)}
        refused = [
            (key, reason, word)
            for key, (word, found) in named.items()
            if found and (reason := self._why_not_this_account(found))
        ]
        if not line.text("login") and not line.text("mail"):
            line.refuse(
                "login",
                _("This line has neither a login nor an email address."),
                _("Give one of them."),
            )
        elif refused:
            key, reason, word = refused[0]
            line.refuse(key, reason, _("Leave the line out."), word=word)
        elif by_mail and login and by_mail is not by_login:
            reason, remedy = (
                _("The address %(mail)s belongs to the login %(login)s."),
                _("Write that login, or another address."),
            )
            line.refuse("mail", reason, remedy, mail=mail, login=by_mail.login)
        elif not line.is_wrong("login") and not line.is_wrong("mail"):
            line.is_new = person is None
            return person or Person(login=login, email=mail or None, language=Language.FRENCH)
        return None

    def _why_not_this_account(self, person: Person) -> str:
        """Why a table doesn't change this account; empty: it may. Says what the line says of it, no more."""
        held = {membership.role for membership in self.memberships[person.login]}
        if held.intersection(THE_SCHOOLS_ALONE) and person.pk not in self.kept_by_registrars:
            return _(
                "The account of “%(word)s” is a student’s or a guardian’s: the school keeps it."
            )
        if person.is_superuser or held.intersection(NEVER_BY_A_TABLE):
            return _("The account of “%(word)s” is changed in the administration only.")
        return ""

    def _facts(self, line: ImportLine) -> None:
        """Name, language, address."""
        wanted = {
            key: line.value_or(key, None, "")
            for key in ("given_name", "family_name", "usage_name", "language")
        }
        if line.is_new:
            for key in ("given_name", "family_name"):
                line.need(key, _("This cell is needed for a new person."))
        if line.problems:
            return
        person, fields = line.work.person, line.work.fields
        fields |= {
            key: now
            for key, now in wanted.items()
            if now is not None and now != getattr(person, key)
        }
        mail = line.value_or("mail", "", None)
        if not line.is_new and mail != "" and mail != (person.email and person.email.lower()):
            fields["email"] = mail
        for key, now in fields.items():
            if not line.is_new:
                line.change("mail" if key == "email" else key, getattr(person, key), now)
            setattr(person, key, now)
        if line.is_new:
            person.login = person.login or free_login(
                person.given_name, person.family_name, taken=set(self.by_login)
            )
            self.by_login[person.login] = person
            line.change("login", "", person.login)
        if person.email:
            self.by_mail[person.email.lower()] = person

    def _membership(self, line: ImportLine) -> None:
        if not line.text("role") and not line.text("organisation"):
            return
        reason, remedy = (
            _("“%(word)s” is not a role that a table can give."),
            _("Write teacher, trainer or leader."),
        )
        role = line.find("role", ROLE_WORDS, reason, remedy)
        reason = _("No organisation is known as “%(word)s”.")
        remedy = _("Check the UAI, or add the organisation in the administration first.")
        organisation = line.find("organisation", self.organisations, reason, remedy)
        subjects = subjects_of(line, self.subjects)
        if line.problems:
            return
        since, until = line.value_or("since", None), line.value_or("until", None)
        person = line.work.person
        existing = self._existing(person, organisation, role, since)
        if existing:
            self._change(existing, line, subjects)
            return
        since = since or today()
        others = self.memberships[person.login]
        if refusal := why_not_join(organisation, role, since, until, others=others):
            line.refuse("organisation", refusal, _("Check role, organisation and days."))
            return
        line.work.joins = {
            "organisation": organisation,
            "role": role,
            "since": since,
            "until": until,
            "subjects": subjects or [],
        }
        others.append(
            Membership(
                person=person, organisation=organisation, role=role, since=since, until=until
            )
        )
        words = {"role": Role(role).label, "organisation": organisation, "day": in_words(since)}
        line.change("role", "", _("%(role)s, %(organisation)s, from %(day)s") % words)

    def _existing(
        self, person: Person, organisation: Organisation, role: str, since: datetime.date | None
    ) -> Membership | None:
        """The membership of these days: with the same first day or, when none is given, the one of
        today.
        """
        for membership in self.memberships[person.login]:
            if membership.organisation == organisation and membership.role == role:
                if since == membership.since:
                    return membership
                if since is None and membership.since <= today() <= (
                    membership.until or datetime.date.max
                ):
                    return membership
        return None

    def _change(
        self, existing: Membership, line: ImportLine, subjects: list[Subject] | None
    ) -> None:
        if existing.pk is None:  # of an earlier line of this file
            return
        until = line.value_or("until", existing.until)
        had = codes(existing.subjects.all())
        wanted = had if subjects is None else codes(subjects)
        if until != existing.until:
            line.change("until", existing.until, until)
        if wanted != had:
            line.change("subjects", had, wanted)
        if until != existing.until or wanted != had:
            line.work.membership, line.work.membership_until = existing, until
            line.work.membership_subjects = [self.subjects[code] for code in wanted]

    def write_line(
        self, line: ImportLine, *, by: Person, invited: bool = True, **options: Any
    ) -> None:
        work = line.work
        if work.person.pk is None:
            register(work.person, by=by, invited=invited)
        elif work.fields:
            change_account(person=work.person, by=by, **work.fields)
        if work.joins:
            memberships_service.join(person=work.person, by=by, **work.joins)
        if work.membership:
            memberships_service.change_membership(
                membership=work.membership,
                since=work.membership.since,
                until=work.membership_until,
                subjects=work.membership_subjects,
                by=by,
            )
        log(instance=work.person, action="people.import", user=by)

    def export_rows(self) -> list[dict[str, Any]]:
        """One line per membership that a table may give; people without one have a line, too."""
        people = (
            Person.objects.filter(is_superuser=False, erased_at=None)
            .of_registrars()
            .exclude(memberships__role__in=NEVER_BY_A_TABLE)
            .prefetch_related("memberships__organisation", "memberships__subjects")
        )
        rows = []
        for person in people:
            facts = {
                key: getattr(person, key)
                for key in ("login", "given_name", "family_name", "usage_name", "language")
            }
            facts["mail"] = person.email
            held = [
                membership
                for membership in person.memberships.all()
                if membership.role in GIVEN_BY_A_TABLE
            ]
            rows += [facts | _facts_of(membership) for membership in held] or [facts]
        return rows


def _facts_of(membership: Membership) -> dict[str, Any]:
    organisation = membership.organisation
    return {
        "role": membership.role,
        "organisation": organisation.uai or organisation.name,
        "subjects": codes(membership.subjects.all()),
        "since": membership.since,
        "until": membership.until,
    }
