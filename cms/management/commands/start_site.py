"""`manage.py start_site`: the pages that a new installation needs, in French and in English, and
who begins to keep them.
"""

import sys

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from wagtail.models import Page

from cms.guidance import services as guidance
from cms.guidance.models import HomePage
from cms.register.services import accounts
from courses.exceptions import Refusal
from courses.people import services as people
from courses.people.enums import OrganisationKind, Role
from courses.people.models import Organisation, Person


class Command(BaseCommand):
    help = (
        "Make the pages that are missing. Home, help, accessibility are live; guidance and story"
        " are drafts. Twice, it changes nothing."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--operator",
            metavar="NAME",
            help="who answers for the site, as its pages name it; asked for when missing",
        )
        parser.add_argument(
            "--academie",
            metavar="NAME",
            help="name of the académie, for --first; asked for when missing",
        )
        parser.add_argument(
            "--first",
            nargs=4,
            metavar=("LOGIN", "MAIL", "FIRST_NAME", "FAMILY_NAME"),
            help="invite the first person of the académie",
        )
        parser.add_argument(
            "--chief",
            metavar="LOGIN",
            help="make this adviser chief: who may write everywhere, and gives others their roles",
        )

    def handle(self, **options):
        self.plant(options["operator"])
        self.begin_list_of_the_erased()
        with transaction.atomic():
            if options["first"]:
                self.invite_first(*options["first"], academie_name=options["academie"])
            if login := options["chief"]:
                self.begin_with(login)

    def plant(self, operator: str | None) -> None:
        if not operator and not HomePage.objects.exists():
            operator = self.ask(
                "Who answers for this site (such as “Région académique Normandie”)", "--operator"
            )
        region = guidance.Region(
            operator=operator or "",
            contact=settings.CONTACT_ADDRESS,
            dpo=settings.DPO_ADDRESS,
            day=timezone.localdate(),
        )
        made = guidance.plant_trees(region=region)
        drafts = Page.objects.filter(live=False, depth__gt=1).count()
        self.stdout.write(f"{made} pages made" if made else "every page was there")
        if made:
            # Wagtail keeps the addresses of sites for an hour in the memory of each process.
            self.stdout.write(
                "Web processes that run already answer 404 for them until they are restarted:"
                " systemctl restart passerelle-web"
            )
        self.stdout.write(
            f"{drafts} drafts wait in /admin/ for somebody to read, change and publish them"
        )

    def begin_list_of_the_erased(self) -> None:
        """So that the first rehearsal of a restore finds it."""
        try:
            accounts.begin_list_of_the_erased()
        except OSError as error:
            self.stderr.write(
                f"The list of the erased can't be written: {error}. Make its folder, owned by the"
                " site's user (PASSERELLE_ERASED_FILE)."
            )

    def ask(self, question: str, option: str) -> str:
        answer = input(f"{question}: ").strip() if sys.stdin.isatty() else ""
        if not answer:
            raise CommandError(f"{question}? Say it with {option} NAME")
        return answer

    def invite_first(
        self, login: str, mail: str, given_name: str, family_name: str, *, academie_name: str | None
    ) -> None:
        """The first person of the académie, in its three roles, chief adviser too; she makes the
        others and may give roles away.
        """
        if Person.objects.filter(login=login.lower()).exists():
            self.stdout.write(f"{login} is there already")
            return
        try:
            validate_email(mail)
            person = people.create_person(
                login=login, email=mail, given_name=given_name, family_name=family_name
            )
        except (Refusal, ValidationError) as refusal:
            raise CommandError(
                getattr(refusal, "reason", f"{mail} is no email address")
            ) from refusal
        academie = Organisation.objects.filter(kind=OrganisationKind.ACADEMIE).first()
        if academie is None:
            name = academie_name or self.ask(
                "Name of the académie (such as “Académie de Normandie”)", "--academie"
            )
            academie = Organisation.objects.create(kind=OrganisationKind.ACADEMIE, name=name)
        for role in (Role.REGISTRAR, Role.PLANNER, Role.ADVISER):
            people.join(person=person, organisation=academie, role=role)
        guidance.begin_with(person)
        self.stdout.write(
            f"{person} is registrar, planner and chief adviser of {academie}; the worker sends an"
            f" invitation to {mail}"
        )

    def begin_with(self, login: str) -> None:
        person = Person.objects.filter(login=login.lower()).first()
        if person is None or Role.ADVISER not in person.roles:
            raise CommandError(
                f"{login} is no adviser today: give them that role first, on the page of persons in"
                " /admin/."
            )
        guidance.begin_with(person)
        self.stdout.write(f"{person} is chief adviser")
