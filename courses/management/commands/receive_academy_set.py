"""`manage.py receive_academy_set FILE --by LOGIN`: a set of the whole académie, as if it had come into
the folder of all schools' folders. The file stays.
"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from courses.exceptions import Refusal
from courses.people.models import Person
from courses.people.permissions import is_registrar
from courses.roster.services import academy, academy_pages
from courses.roster.services.folder import opened, shown_name


class Command(BaseCommand):
    help = "Give each school that takes sets by itself its part of a set of the whole académie."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the zip archive")
        parser.add_argument("--by", required=True, help="login of a registrar")

    def handle(self, *, file: Path, by: str, **options):
        person = Person.objects.filter(login=by.lower(), is_active=True).first()
        if person is None or not is_registrar(person):
            raise CommandError(f"{by} is no registrar.")
        try:
            with opened(file) as archive:
                one = academy.receive(archive, name=shown_name(file), by=person)
        except OSError as error:
            raise CommandError(f"{file} can't be read: {error.strerror}.") from error
        except Refusal as refusal:
            raise CommandError(f"{refusal.reason} {refusal.advice}".strip()) from refusal
        for line in academy_pages.academy_lines(one):
            self.stdout.write(f"{line.school.uai} {line.school}: {line.words}")
        self.stdout.write(f"UAI that no school here has: {one.unknown}")
