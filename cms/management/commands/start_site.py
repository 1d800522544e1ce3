"""`manage.py start_site`: the pages that a new installation needs, in French and in English, and who begins to keep them."""

from django.core.management.base import BaseCommand, CommandError

from cms.guidance import services as guidance
from courses.people.enums import Role
from courses.people.models import Person


class Command(BaseCommand):
    help = "Make the pages that are missing: home, about, resources, help, personal data, accessibility. Run twice, it changes nothing."

    def add_arguments(self, parser):
        parser.add_argument(
            "--chief", metavar="LOGIN", help="make this adviser chief: who may write everywhere, and gives others their roles"
        )

    def handle(self, **options):
        made = guidance.plant_trees()
        self.stdout.write(f"{made} pages made" if made else "every page was there")
        if login := options["chief"]:
            self.begin_with(login)

    def begin_with(self, login: str) -> None:
        person = Person.objects.filter(login=login.lower()).first()
        if person is None or Role.ADVISER not in person.roles:
            raise CommandError(f"{login} is no adviser today: give them that role first, on the page of persons in /admin/.")
        guidance.begin_with(person)
        self.stdout.write(f"{person} is chief adviser")
