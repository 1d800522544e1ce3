"""`manage.py grow`: the demo's database, grown to that of many schools after five school years, for
`manage.py plans`. Refused where anybody isn't of the demo.
"""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from cms.management import loading
from courses.people.models import Person
from tests.development import growing

DEMO_ADDRESSES = "@demo.passerelle.example"


class Command(BaseCommand):
    help = "Copy the rows of the demo until its PostgreSQL database holds millions of them."

    def add_arguments(self, parser):
        parser.add_argument("database", help="its name, once more")
        parser.add_argument("--load", action="store_true", help="load the demo first")
        parser.add_argument(
            "--schools",
            type=int,
            default=16,
            help="how many times the demo's schools; 1: no growth",
        )

    def handle(self, *, database, load, schools, **options):
        say = loading.LoadingProgress(self.stdout.write)
        if connection.vendor != "postgresql" or connection.settings_dict["NAME"] != database:
            raise CommandError("Not this database: name the one of PGDATABASE, on PostgreSQL.")
        if load:
            if Person.objects.exists():
                raise CommandError("There are people in it already.")
            loading.load(say, address="http://localhost:8000")
        self.refuse_others()
        if schools > 1:
            for step in growing.grow(schools):
                say(step)
        if lost := growing.orphans():
            raise CommandError("Foreign keys that lead nowhere: " + "; ".join(lost))
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")
            cursor.execute(
                "SELECT sum(n_live_tup), pg_database_size(%s) FROM pg_stat_user_tables", [database]
            )
            rows, size = cursor.fetchone()
        say(f"{rows:,} rows, {size >> 20:,} MB")

    def refuse_others(self) -> None:
        people = Person.objects.exclude(email__endswith=DEMO_ADDRESSES).exclude(email=None)
        if not Person.objects.exists():
            raise CommandError("It is empty: --load loads the demo.")
        if other := people.exclude(email="").first():
            raise CommandError(f"Not a database of the demo: {other.pk} has an address elsewhere.")
        if Person.objects.filter(pk__gt=growing.LARGEST_KEY).exists():
            raise CommandError("It has been grown already.")
