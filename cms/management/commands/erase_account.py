"""`manage.py erase_account LOGIN`: what was asked for under article 17 of the GDPR, before its
time.
"""

from django.core.management.base import BaseCommand, CommandError

from cms.register.services import accounts
from courses.people.models import Person


class Command(BaseCommand):
    help = (
        "Erase an account at once: what is the person's alone goes, proof stays without a name."
        " There is no way back."
    )

    def add_arguments(self, parser):
        parser.add_argument("login")
        parser.add_argument("--yes", action="store_true", help="don't ask")

    def handle(self, *, login, yes, **options):
        person = Person.objects.filter(login=login.lower(), erased_at__isnull=True).first()
        if person is None:
            raise CommandError(f"no account has the login {login}")
        if (
            not yes
            and input(f"Erase {person.display_name} ({login}) for good? Type the login again: ")
            != login
        ):
            raise CommandError("nothing was erased")
        accounts.erase_account(person=person)
        accounts.write_down_the_erased()
        self.stdout.write(f"{login} is erased")
