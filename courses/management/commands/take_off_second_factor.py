"""`manage.py take_off_second_factor LOGIN`: for the last superuser, whose phone is lost."""

from django.core.management.base import BaseCommand, CommandError

from courses.exceptions import Refusal
from courses.people.models import Person
from courses.people.services import second_factor


class Command(BaseCommand):
    help = "Take the second step off a login. Its owner is told by email."

    def add_arguments(self, parser):
        parser.add_argument("login")

    def handle(self, *, login, **options):
        person = Person.objects.filter(login=login.lower()).first()
        if person is None:
            raise CommandError(f"no account has the login {login}")
        try:
            second_factor.take_off(person=person, by=None)
        except Refusal as refusal:
            raise CommandError(refusal.reason) from refusal
        self.stdout.write(f"{login} logs in without a second step now")
