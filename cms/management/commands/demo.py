"""`manage.py demo`: makes the demo where there is none, and serves it with its worker and its
minute tick.
"""

import importlib

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone, translation

from cms.guidance import services as guidance
from cms.management import loading, serving
from courses.people.models import Person

# Without one of these the demo still runs: the module, what is missing, its Debian packages, what
# is off.
LIBRARIES = [
    (
        "weasyprint",
        "Pango",
        "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
        "PDFs are off, the rest works",
    ),
    ("magic", "libmagic", "libmagic1", "uploaded files aren't looked into, the rest works"),
]


class Command(BaseCommand):
    help = "Make the demo if there is none, and serve it on this machine."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000, help="8000 unless given")
        parser.add_argument(
            "--reset",
            action="store_true",
            help="throw the demo's data away and make it anew, around today",
        )
        parser.add_argument("--no-serve", action="store_true", help="make the data, then end")
        parser.add_argument(
            "--small", action="store_true", help="fewer people: for tests and measures"
        )

    def handle(self, **options):
        if not hasattr(settings, "DEMO_DIR"):
            raise CommandError(
                "The demo has settings of its own: unset DJANGO_SETTINGS_MODULE first."
            )
        if connection.vendor != "sqlite":
            raise CommandError(
                "The demo keeps its own SQLite database: unset PGHOST and PGDATABASE first."
            )
        port = options["port"]
        if not options["no_serve"] and serving.is_taken(port):
            raise CommandError(f"Port {port} is taken. Choose another: --port {port + 1}")
        address = f"http://localhost:{port}"
        serving.end_on_signals()
        try:
            self.make(address, reset=options["reset"], size="small" if options["small"] else "full")
            if not options["no_serve"]:
                self.serve(address, port)
        except serving.Stopped:
            self.stdout.write("\nStopped.")

    def make(self, address: str, *, reset: bool, size: str) -> None:
        say = loading.LoadingProgress(self.stdout.write)
        for module, name, packages, effect in LIBRARIES:
            if not is_there(module):
                self.stdout.write(
                    self.style.WARNING(
                        f"{name} is missing: {effect}. On Debian: apt install {packages}"
                    )
                )
        today = loading.loaded_on()
        if today is None or reset:
            if loading.Faker is None:
                raise CommandError(
                    "The demo takes its names from faker. Install it: uv sync --group demo"
                )
            self.stdout.write("Making the demo. What it invents says so on its pages.")
            loading.empty()
            loading.prepare(say)
            loading.mark(loading.load(say, address=address, size=size))
            return
        loading.prepare(say)
        guidance.keep_address(address)
        if today < timezone.localdate():
            self.stdout.write(
                self.style.WARNING(
                    f"The demo's “today” is {today:%d/%m/%Y}, which is past. --reset makes a new"
                    " one."
                )
            )

    def serve(self, address: str, port: int) -> None:
        processes = serving.Processes(address)
        try:
            processes.start(serving.server_command(port))
            processes.start(serving.manage("worker"))
            processes.start(serving.manage("tick", "--keep-going"), quiet=True)
            if processes.wait_until_up(port):
                self.welcome(address)
                processes.wait()
            elif processes.all_run():
                raise CommandError(
                    f"The demo's server didn't answer in {serving.SECONDS_TO_START} s. Start it"
                    " again when this machine has less to do: its data is kept."
                )
            raise CommandError(
                "The demo's server, worker or tick ended by itself; its last words are above."
            )
        finally:
            processes.stop()

    def welcome(self, address: str) -> None:
        people = Person.objects.filter(login__endswith=".demo") | Person.objects.filter(
            login__in=["prof.deux", "prof.attente"]
        )
        self.stdout.write(
            f"\nPasserelle is at {address}/\n\nLogins, one click each on {address}/fr/login/"
            f" (password: {loading.PASSWORD})"
        )
        with translation.override("en"):
            for person in people.order_by("pk"):
                where = "; ".join(
                    f"{m.get_role_display()}, {m.organisation}" for m in person.current_memberships
                )
                self.stdout.write(f"  {person.login:<16} {person.display_name:<18} {where}")
        self.stdout.write("\nCtrl-C ends it; started again, it keeps its data.")
        self.stdout.flush()


def is_there(module: str) -> bool:
    try:
        importlib.import_module(module)
    except (ImportError, OSError):  # the module loads its system library at once
        return False
    return True
