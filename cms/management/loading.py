"""Makes the demo's database and keeps it: what is there already, what was left half made, what is
past.
"""

import datetime
import json
import random
import shutil
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone, translation
from wagtail import hooks

from cms.guidance import demo as guidance_demo
from cms.guidance import services as guidance
from cms.guidance.services import search
from cms.management.translations import compile_all
from courses.digest.enums import Hook
from courses.digest.values import World

try:
    from faker import Faker
except ImportError:  # the dependency group "demo", which production is installed without
    Faker = None  # type: ignore[assignment, misc]  # the command demo checks for it

SEED = 2020
PASSWORD = "passerelle-demo"  # noqa: S105  every demo login's; shown on the page


def folder() -> Path:
    """All that the demo keeps."""
    return settings.DEMO_DIR  # type: ignore[misc]  # only cms.settings.demo has it; mypy reads cms.settings.dev


def marker() -> Path:
    """Written when the load is through, never before: without it the database is half made."""
    return folder() / "loaded.json"


def loaded_on() -> datetime.date | None:
    """The demo's today, or None when nothing whole is there."""
    try:
        return datetime.date.fromisoformat(json.loads(marker().read_text())["today"])
    except (OSError, ValueError, KeyError):
        return None


def empty() -> None:
    """Away with all that the demo keeps, and nothing else."""
    connection.close()
    for path in folder().iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    settings.STATIC_ROOT.mkdir(exist_ok=True)


def prepare(say) -> None:
    """Compile messages and migrate: at once when nothing changed."""
    for target in compile_all():
        say(f"messages compiled: {target.parents[1].name}")
    with connection.cursor() as cursor:
        is_new = not connection.introspection.table_names(cursor)
    if is_new:
        say("making the database: some minutes")
    call_command("migrate", verbosity=0)
    if is_new:
        say("the database and its tables")


def new_world(size: str = "full") -> World:
    faker = Faker("fr_FR")
    faker.seed_instance(SEED)
    now = timezone.now()
    return World(
        now=now,
        today=timezone.localdate(now),
        rng=random.Random(SEED),  # noqa: S311  the same each time is the point
        faker=faker,
        size=size,
        password=PASSWORD,
    )


def load(say, *, address: str, size: str = "full") -> World:
    """Everything, from schools to pages.

    In one transaction: an interrupted load leaves nothing behind.
    """
    world = new_world(size)
    with translation.override("fr"), transaction.atomic():
        for answer in hooks.get_hooks(Hook.DEMO):
            answer(world, say)
        pages = guidance.plant_trees(address)
        say(f"{pages} pages in French and in English")
        guidance_demo.load(world, say)
        say(f"{search.sweep(world.now)} entries of the search")
    return world


def mark(world: World) -> None:
    marker().write_text(json.dumps({"today": world.today.isoformat(), "at": world.now.isoformat()}))


class LoadingProgress:
    """Prints a line for each thing that is ready, with the seconds it took."""

    def __init__(self, write):
        self.write = write
        self.since = time.monotonic()

    def __call__(self, text: str) -> None:
        now = time.monotonic()
        self.write(f"  {text} ({now - self.since:.1f} s)")
        self.since = now
