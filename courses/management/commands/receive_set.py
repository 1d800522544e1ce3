"""`manage.py receive_set FILE --uai 0140004D --by LOGIN`: a set of a school's directory, as if that
keeper of the school's students had chosen it on its page. It waits there for a yes.
"""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from courses.exceptions import Refusal
from courses.people.models import Organisation
from courses.people.queries.students import keepers_of
from courses.roster.enums import RosterChangeKind
from courses.roster.services import receiving
from courses.roster.services.folder import read_archive


class Command(BaseCommand):
    help = "Receive a set of a school's directory; it waits for a yes on the school's page."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the zip archive")
        parser.add_argument("--uai", required=True, help="of the school, such as 0140004D")
        parser.add_argument("--by", required=True, help="login of somebody who keeps its students")

    def handle(self, *, file: Path, uai: str, by: str, **options):
        school = Organisation.objects.filter(uai__iexact=uai).first()
        if school is None:
            raise CommandError(f"No school has the UAI {uai}.")
        keeper = keepers_of(school).filter(login=by.lower()).first()
        if keeper is None:
            raise CommandError(f"{by} doesn't keep the students of {school}.")
        try:
            one = receiving.receive(school=school, data=self._read(file), by=keeper)
        except Refusal as refusal:
            raise CommandError(f"{refusal.reason} {refusal.advice}".strip()) from refusal
        kinds = list(one.changes.values_list("kind", flat=True))
        for kind in RosterChangeKind:
            self.stdout.write(f"{kind.label}: {kinds.count(kind)}")
        self.stdout.write(f"records that can't be read: {one.bad}")

    @staticmethod
    def _read(file: Path) -> bytes:
        try:
            return read_archive(file)
        except OSError as error:
            raise CommandError(f"{file} can't be read: {error.strerror}.") from error
