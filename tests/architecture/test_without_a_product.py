"""A product taken out of the settings leaves a site that passes the checks and works, and whose live
blocks say nothing.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

# Runs apart, with other products: tables straight from the models, because the migrations' own test
# is elsewhere.
SCRIPT = """
import json, sys
import cms.settings.base as base

products = json.loads(sys.argv[1])
gone = [product for product in base.PRODUCTS if product not in products]
base.INSTALLED_APPS = [app for app in base.INSTALLED_APPS if app not in gone]
base.PRODUCTS = products
base.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
base.CACHES = {name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name} for name in base.CACHES}

import django
django.setup()

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment
from wagtail.models import Collection, Locale, Page, Site

call_command("check")
setup_test_environment()
settings.MIGRATION_MODULES = {config.label: None for config in apps.get_app_configs()}
call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
Locale.objects.create(language_code="fr")
root = Page.add_root(title="Root", slug="root")
Collection.add_root(name="Root")
Site.objects.create(hostname="localhost", root_page=root, is_default_site=True)

from cms.guidance.models import ResourcePage, TextPage
from tests.factories.catalogue import ResourceFactory
from tests.factories.guidance import block, guidance_page, home, published

resource = ResourceFactory(slug="madmagz", name="Madmagz")
if "training" in products:
    from tests.factories.training import SessionFactory
    SessionFactory(resource=resource, training__title_fr="Un journal")

live = [block("live", {"subject": subject, "most": 3}) for subject in ("any", "resource:madmagz")]
text = published(TextPage(title="Ressources", slug="ressources", locale=home().locale), home())
pages = {
    "home": home(),
    "resource": published(ResourcePage(title="Madmagz", slug="madmagz", resource=resource, locale=home().locale), text),
    "guidance": guidance_page(body=live),
}
answers = {name: Client(SERVER_NAME="localhost").get(page.url) for name, page in pages.items()}
if "continuity" in products:
    from django.urls import reverse
    from tests.factories.continuity import homework_item, lesson_item, part_of, teaching, StudentFactory
    from courses.agenda.queries import monday_of
    from courses.people.models import today
    given = teaching()
    part = part_of(given, monday_of(today()))
    lesson_item(part, title="Un journal")
    week = ("week_of", part.plan.monday.isoformat())
    for person, address in [(StudentFactory(in_class=given.school_class), week), (given.teacher, ("classes",))]:
        client = Client(SERVER_NAME="localhost")
        client.force_login(person)
        answers[address[0]] = client.get(reverse(f"continuity:{address[0]}", args=address[1:]))
        answers["first page, " + address[0]] = client.get(reverse("today:home"))
print(json.dumps({name: [answer.status_code, answer.content.decode().count("Un journal")] for name, answer in answers.items()}))
"""

# A student's week with its lesson (its title, and to tick it off), to which their first page leads;
# the teacher's classes and first page.
WEEK = {
    "week_of": [200, 2],
    "first page, week_of": [302, 0],
    "classes": [200, 0],
    "first page, classes": [200, 0],
}


@pytest.mark.parametrize(
    ("products", "shown"),
    [
        pytest.param(
            ["training", "continuity"],
            {"home": [200, 1], "resource": [200, 1], "guidance": [200, 2]} | WEEK,
            id="both products",
        ),
        pytest.param(
            ["training"],
            {"home": [200, 1], "resource": [200, 1], "guidance": [200, 2]},
            id="training alone",
        ),
        pytest.param(
            ["continuity"],
            {"home": [200, 0], "resource": [200, 0], "guidance": [200, 0]} | WEEK,
            id="continuity alone",
        ),
        pytest.param(
            [], {"home": [200, 0], "resource": [200, 0], "guidance": [200, 0]}, id="no product"
        ),
    ],
)
def test_pages_are_served_with(products, shown, tmp_path):
    root = Path(settings.BASE_DIR)
    env = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    env |= {
        "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
        "PYTHONPATH": str(root),
        "PASSERELLE_VAR": str(tmp_path),
    }
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(products)],
        cwd=root,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout.splitlines()[-1]) == shown
