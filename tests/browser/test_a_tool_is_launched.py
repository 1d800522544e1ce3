"""An independent LTI 1.3 tool is launched from a real browser: once by a student in French on a
phone, once by a teacher in English on a laptop.

The product is on `localhost`, the tool on 127.0.0.1: two sites, so that cookies and `form-action`
are those of life. The tool's clock is the true one, and so is the story's.
"""

import datetime
import json

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from courses.launches import storage
from courses.launches.enums import Telling
from courses.launches.gateways import lti
from courses.launches.models import Launch
from courses.people.models import today
from tests.browser.reader import Reader
from tests.browser.test_a_resource_learns_a_code import person_of, values_on
from tests.doors.running import free_port, running
from tests.factories.catalogue import LicenceFactory, ResourceFactory
from tests.factories.launches import LtiConnectionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def true_time():
    with time_machine.travel(time_machine.escape_hatch.datetime.datetime.now(datetime.UTC)):
        yield


@pytest.fixture
def product(live_server, settings, tmp_path, true_time):
    settings.SITE_ADDRESS = settings.WAGTAILADMIN_BASE_URL = live_server.url
    settings.LTI_KEYS = str(tmp_path / "keys")
    storage.make_key(settings.LTI_KEYS, today())
    return live_server.url


@pytest.fixture
def launched(product, tmp_path):
    """Two resources at one tool, and what the tool has received."""
    port, log = free_port(), tmp_path / "tool.log"
    there = f"http://127.0.0.1:{port}"
    connections = [
        LtiConnectionFactory(
            resource=ResourceFactory(slug=slug, name=name),
            address=f"{there}/launch/",
            login_address=f"{there}/login/",
            role_telling=telling,
        )
        for slug, name, telling in (
            ("madmagz", "Madmagz", Telling.ALWAYS),
            ("enseigno", "Enseigno", Telling.NEVER),
        )
    ]
    key = tmp_path / "tool.pem"
    made = generate_private_key(public_exponent=65537, key_size=2048)
    key.write_bytes(made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    clients = " ".join(one.client_id for one in connections)
    with running("tool.py", port, str(key), log=log, ISSUER=product, CLIENTS=clients):
        yield connections, lambda: received_in(log)


def received_in(log) -> list[dict]:
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]


@pytest.mark.parametrize(
    ("language", "width", "opens"),
    [("fr", 360, "Ouvrir"), ("en", 1280, "Open")],
    ids=["student, French, on a phone", "teacher, English, on a laptop"],
)
def test_a_tool_learns_what_the_page_said_and_nothing_else(
    browser, product, launched, language, width, opens
):
    connections, received = launched
    licence = LicenceFactory(resource=connections[0].resource)
    LicenceFactory(resource=connections[1].resource, school=licence.school)
    person = person_of(licence.school, language)
    reader = Reader(browser, product, person, width=width).log_in_by_cookie()
    page, shown = reader.page, []

    # Each resource is opened from the page on what it learns.
    for connection in connections:
        reader.visit("launches:learns", connection.resource.slug)
        shown.append(values_on(page))
        page.get_by_role("button", name=f"{opens} {connection.resource.name}").click()
        page.wait_for_url(connection.address)
        assert page.title() == "tool"

    # The tool's own log: what the pages said, and no word of the person; two codes for one person.
    tokens = received()
    assert [lti.told_in(token) for token in tokens] == shown
    assert [one.told for one in Launch.objects.order_by("at")] == shown
    assert shown[0]["u"] != shown[1]["u"]
    assert set(shown[1]) == {"u"}
    said = json.dumps(tokens)
    named = (person.login, person.given_name, person.family_name, person.public_id)
    assert [word for word in named if word in said] == []

    # Back leads to our page, which lists the opening.
    page.go_back()
    page.wait_for_url("**/my-resources/enseigno/")
    reader.look()
    assert page.locator(".row .value").first.inner_text() == shown[1]["u"]


def test_without_the_script_there_is_a_button(browser, product, launched):
    connections, received = launched
    licence = LicenceFactory(resource=connections[0].resource)
    person = person_of(licence.school, "fr")
    reader = Reader(browser, product, person, width=360).log_in_by_cookie()
    reader.page.route("**/pass_on*.js", lambda route: route.abort())
    reader.cuts = ("ERR_FAILED",)

    reader.visit("launches:learns", "madmagz")
    reader.page.get_by_role("button", name="Ouvrir Madmagz").click()
    reader.page.wait_for_url("**/lti/authorize/**")
    reader.look()
    assert received() == []
    reader.page.get_by_role("button", name="Continuer vers Madmagz").click()
    reader.page.wait_for_url(connections[0].address)

    assert len(received()) == 1


@pytest.mark.parametrize("is_entered", [False, True], ids=["not entered", "entered"])
def test_a_tool_that_leads_on_to_another_site_is_stopped_unless_it_is_entered(
    browser, product, launched, is_entered
):
    """The tool's own redirects fall under our `form-action`, too."""
    connection = launched[0][0]
    there = connection.address.removesuffix("/launch/")
    beyond = there.replace("127.0.0.1", "localhost")
    connection.address = f"{there}/away/"
    connection.other_origins = beyond if is_entered else ""
    connection.save()
    person = person_of(LicenceFactory(resource=connection.resource).school, "en")
    reader = Reader(browser, product, person, width=1280).log_in_by_cookie()
    reader.cuts = ("form-action",)

    reader.visit("launches:learns", "madmagz")
    reader.page.get_by_role("button", name="Open Madmagz").click()

    if is_entered:
        reader.page.wait_for_url(f"{beyond}/landed/")
    else:
        reader.page.locator("[data-stopped]").wait_for()
        reader.look()
        reader.shows("Your browser has stopped here")
