"""Links that lead nowhere: found, listed with their cause, gone when mended; and the gateway
against a server of the test's own.
"""

import contextlib
import datetime
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model

from cms.guidance.enums import Fault
from cms.guidance.exceptions import WebUnreachable
from cms.guidance.gateways.links import LinkGateway
from cms.guidance.gateways.pretend import PretendLinks
from cms.guidance.models import DeadLink, Pair
from cms.guidance.services import links
from cms.guidance.values.links import Link, links_in
from courses.mail.models import Letter
from tests.factories.guidance import guidance_page, in_english, pair_of, paragraph, rewrite
from tests.factories.people import AdviserFactory
from tests.factories.worker import run_worker

NOW = datetime.datetime(2026, 11, 25, 9, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
HERE = "x" * 8


def page_with(html: str, **fields):
    """A French page with that paragraph, in somebody's care."""
    page = guidance_page(body=[paragraph(html, HERE)], **fields)
    Pair.objects.filter(translation_key=page.translation_key).update(owner=AdviserFactory())
    return page


def look(page, *, dead=(), now=NOW, line_is_down=None) -> list[str]:
    web = PretendLinks({"dead": dict(dead), "line_is_down": line_is_down})
    return [
        link.address
        for link in links.look(
            Pair.objects.with_pages().get(pk=pair_of(page).pk), through=web, now=now
        )
    ]


def faults(page) -> list[tuple[str, str]]:
    return [
        (row.address, row.fault)
        for row in DeadLink.objects.filter(pair=pair_of(page)).order_by("pk")
    ]


# What a page leads to


def test_links_are_found_in_every_part_of_a_block():
    value = {
        "text": (
            '<p>See <a href="https://one.example/">one <b>place</b></a> and <a linktype="page"'
            ' id="7">a page</a></p>'
        ),
        "items": [{"link": "https://two.example/a?b=c"}, "no link"],
    }

    assert links_in(value) == [
        Link("address", "https://one.example/", "one place"),
        Link("page", "7", "a page"),
        Link("address", "https://two.example/a?b=c", ""),
    ]


@pytest.mark.django_db
def test_links_inside_the_site_are_looked_at_as_they_are():
    live, down, gone = guidance_page(), guidance_page(), guidance_page()
    down.unpublish()
    gone_pk = gone.pk
    gone.delete()
    file = get_document_model().objects.create(
        title="Plan", file=ContentFile(b"plan", name="plan.txt")
    )
    Redirect.add_redirect("/fr/ancienne/", live)
    targets = [
        f'linktype="page" id="{live.pk}"',
        f'linktype="page" id="{down.pk}"',
        f'linktype="page" id="{gone_pk}"',
        f'linktype="document" id="{file.pk}"',
        'linktype="document" id="999999"',
        'href="/fr/trainings/"',
        'href="/en/trainings/"',
        f'href="{live.url}"',
        'href="/fr/ancienne/"',
        'href="/fr/nulle-part/"',
        'href="http://testserver/fr/nulle-part-non-plus/"',
        'href="mailto:aide@passerelle.example"',
        'href="#plus-bas"',
        'href="htps:/une-faute"',
    ]
    page = page_with(" ".join(f"<a {target}>ici</a>" for target in targets))

    look(page)

    assert faults(page) == [
        (f"page:{down.pk}", Fault.PAGE_OFFLINE),
        (f"page:{gone_pk}", Fault.PAGE_GONE),
        ("document:999999", Fault.FILE_GONE),
        ("/fr/nulle-part/", Fault.NO_SUCH_ADDRESS),
        ("http://testserver/fr/nulle-part-non-plus/", Fault.NO_SUCH_ADDRESS),
        ("htps:/une-faute", Fault.NOT_AN_ADDRESS),
    ]


# What follows


@pytest.mark.django_db
def test_a_finding_brings_the_check_forward_once_and_tells_the_owner():
    page = page_with('<a href="https://gone.example/">loin</a>')
    dead = {"https://gone.example/": Fault.NOT_FOUND}
    far = timezone.localdate(NOW) + 100 * DAY
    Pair.objects.filter(pk=pair_of(page).pk).update(check_on=far)

    assert look(page, dead=dead) == ["https://gone.example/"]
    assert pair_of(page).check_on == timezone.localdate(NOW) + 7 * DAY
    Pair.objects.filter(pk=pair_of(page).pk).update(check_on=far)

    assert look(page, dead=dead, now=NOW + 7 * DAY) == []
    assert pair_of(page).check_on == far
    assert list(Letter.objects.values_list("kind", "to")) == [
        ("guidance.dead_links_found", pair_of(page).owner_id)
    ]


@pytest.mark.django_db
def test_a_nearer_check_stays_where_it_is():
    page = page_with('<a href="https://gone.example/">loin</a>')
    near = timezone.localdate(NOW) + 2 * DAY
    Pair.objects.filter(pk=pair_of(page).pk).update(check_on=near)

    look(page, dead={"gone.example": Fault.NOT_FOUND})

    assert pair_of(page).check_on == near


@pytest.mark.django_db
@pytest.mark.parametrize("how", ["mended", "taken out"])
def test_it_is_gone_when_mended(how):
    page = page_with('<a href="https://gone.example/">loin</a>')
    dead = {"gone.example": Fault.NOT_FOUND}
    look(page, dead=dead)
    assert faults(page) == [("https://gone.example/", Fault.NOT_FOUND)]

    if how == "taken out":
        rewrite(page, (HERE, "Sans lien."))
    look(page, dead=dead if how == "taken out" else {})

    assert faults(page) == []


@pytest.mark.django_db
def test_what_may_pass_by_itself_counts_from_the_second_day_on():
    page = page_with('<a href="https://slow.example/">lent</a>')
    dead = {"slow.example": Fault.TOO_SLOW}

    assert look(page, dead=dead) == []
    assert look(page, dead=dead, now=NOW + datetime.timedelta(minutes=5)) == []
    assert DeadLink.objects.certain().count() == 0
    assert pair_of(page).links_due_on == timezone.localdate(NOW) + DAY

    assert look(page, dead=dead, now=NOW + DAY) == ["https://slow.example/"]


@pytest.mark.django_db
def test_when_our_own_line_is_down_nothing_is_said_of_other_sites(tmp_path):
    page = page_with(
        '<a href="https://gone.example/">loin</a> <a href="https://well.example/">bien</a>'
    )
    look(page, dead={"gone.example": Fault.NOT_FOUND})
    down = tmp_path / "down"
    down.touch()

    assert look(page, line_is_down=down) == []

    assert faults(page) == [("https://gone.example/", Fault.NOT_FOUND)]
    assert pair_of(page).links_due_on == timezone.localdate(NOW) + DAY


@pytest.mark.django_db
def test_each_page_is_given_to_the_worker_once_a_week_and_after_each_publication(settings):
    settings.LINKS = settings.LINKS | {"dead": {"gone.example": Fault.NOT_FOUND}}
    page = page_with('<a href="https://gone.example/">loin</a>')
    Pair.objects.exclude(pk=pair_of(page).pk).update(links_due_on=datetime.date(2030, 1, 1))

    assert [links.look_at_what_is_due(NOW), links.look_at_what_is_due(NOW)] == [1, 0]
    run_worker()

    assert faults(page) == [("https://gone.example/", Fault.NOT_FOUND)]
    Pair.objects.filter(pk=pair_of(page).pk).update(links_due_on=timezone.localdate(NOW) + 7 * DAY)
    assert links.look_at_what_is_due(NOW) == 0
    rewrite(page, (HERE, "Sans lien."))
    assert links.look_at_what_is_due(NOW) == 1


@pytest.mark.django_db
def test_advisers_see_those_of_their_own_pages_with_the_cause(client):
    mine, other = (
        page_with('<a href="/fr/nulle-part/">ici</a>'),
        page_with('<a href="/fr/perdu/">ici</a>'),
    )
    in_english(mine)
    for page in (mine, other):
        look(page)
    client.force_login(pair_of(mine).owner)

    page = client.get(
        "/en" + reverse("guidance:dead_links").removeprefix("/en").removeprefix("/fr")
    )

    assert [row.address for row in page.context["rows"]] == ["/fr/nulle-part/"]
    assert "There is no such address on this site." in page.content.decode()


@pytest.mark.django_db
def test_a_page_with_fifty_links_asks_as_much_as_one_with_two(django_assert_max_num_queries):
    few = page_with('<a linktype="page" id="998">x</a> <a linktype="document" id="998">x</a>')
    many = page_with(
        " ".join(
            f'<a linktype="page" id="{n}">x</a> <a linktype="document" id="{n}">x</a>'
            for n in range(900, 925)
        )
    )

    counts = []
    for page in (few, many):
        found = links.links_of(page)
        with django_assert_max_num_queries(10) as asked:
            links.our_faults(found)
        counts.append(len(asked))

    assert counts == [2, 2]


@pytest.mark.django_db
def test_the_list_asks_as_much_for_twenty_as_for_two(client, django_assert_max_num_queries):
    page = page_with("")
    client.force_login(pair_of(page).owner)
    counts = []
    for more in (2, 18):
        for n in range(more):
            DeadLink.objects.create(
                pair=pair_of(page),
                language="fr",
                address=f"/fr/{more}-{n}/",
                fault=Fault.NO_SUCH_ADDRESS,
            )
        with django_assert_max_num_queries(60) as asked:
            client.get(reverse("guidance:dead_links"))
        counts.append(len(asked))

    assert counts[0] == counts[1]


# The real gateway, against a server on loopback


class Site(BaseHTTPRequestHandler):
    """Answers by its path; keeps what it was asked."""

    asked: list[tuple[str, str, str]]

    def do_HEAD(self):
        self.server.asked.append((self.command, self.path, self.headers["User-Agent"]))
        kind, *rest = self.path.strip("/").split("/")
        if kind == "slow":
            self.server.may_end.wait(5)
        status = 302 if kind in ("hops", "inside") else int(kind) if kind.isdecimal() else 200
        if kind == "get-only" and self.command == "HEAD":
            status = 405
        self.send_response(status)
        if kind == "inside":
            self.send_header("Location", f"http://localhost:{self.server.server_port}/200")
        if kind == "drip":
            self.drip()
        if kind == "hops":
            left = int(rest[0]) - 1
            self.send_header("Location", f"/hops/{left}" if left else "/200")
        self.end_headers()
        if self.command == "GET" and status == 200:
            self.wfile.write(b"x" * 200_000)

    def drip(self):
        """A letter of a header now and then, each within the time that a wait may take."""
        self.flush_headers()
        with contextlib.suppress(OSError):
            while not self.server.may_end.wait(0.2):
                self.wfile.write(b"x")

    do_GET = do_HEAD

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked, server.may_end = [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield SimpleNamespace(address=f"http://127.0.0.1:{server.server_port}", asked=server.asked)
    server.may_end.set()
    server.shutdown()
    thread.join()


def gateway(*exempt: str, timeout=0.5, sleep=lambda seconds: None) -> LinkGateway:
    """`exempt`: addresses on loopback that this test may ask."""
    config = {
        "user_agent": "Passerelle test",
        "timeout": timeout,
        "pause": 1.0,
        "exempt": [urlsplit(address).netloc for address in exempt],
    }
    return LinkGateway(config, sleep=sleep)


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        pytest.param("/200", None, id="there"),
        pytest.param("/404", Fault.NOT_FOUND, id="not there"),
        pytest.param("/410", Fault.NOT_FOUND, id="gone for good"),
        pytest.param("/403", None, id="shut to machines, not to readers"),
        pytest.param("/429", None, id="asks to slow down"),
        pytest.param("/503", Fault.BROKEN, id="broken"),
        pytest.param("/get-only", None, id="refuses HEAD"),
        pytest.param("/hops/4", None, id="four redirects"),
        pytest.param("/hops/9", Fault.GOES_ROUND, id="redirects without end"),
        pytest.param("/slow", Fault.TOO_SLOW, id="too slow"),
        pytest.param("/drip", Fault.TOO_SLOW, id="answers without end"),
    ],
)
def test_what_another_site_answers(site, path, fault):
    assert gateway(site.address).fault_of(site.address + path) == fault


def test_it_says_who_asks_and_waits_between_two_questions(site):
    site.asked.clear()
    waits = []

    gateway(site.address, sleep=waits.append).fault_of(f"{site.address}/404")

    assert site.asked == [("HEAD", "/404", "Passerelle test"), ("GET", "/404", "Passerelle test")]
    assert [0 < seconds <= 1 for seconds in waits] == [True]


@pytest.mark.parametrize(
    "address",
    [
        "http://[64:ff9b::7f00:1]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://[::127.0.0.1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[2002:7f00:1::]/",
        "https://[2a00:1450:4007:80e::200e]:22/",
        "http://93.184.216.34:25/",
        "http://127.0.0.1/",
        "http://localhost/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/",
        "http://[::1]/",
        "http://0.0.0.0/",
    ],
)
def test_nothing_inside_our_own_network_is_asked(site, address):
    site.asked.clear()

    assert gateway().fault_of(address) == Fault.PRIVATE
    assert gateway().fault_of(f"{site.address}/200") == Fault.PRIVATE
    assert site.asked == []


def test_a_redirect_into_our_own_network_is_not_followed(site):
    assert gateway(site.address).fault_of(f"{site.address}/inside") == Fault.PRIVATE


@pytest.mark.parametrize(
    ("address", "fault"),
    [
        pytest.param("http://", Fault.NOT_AN_ADDRESS, id="no host"),
        pytest.param("http://[::1", Fault.NOT_AN_ADDRESS, id="half an address"),
        pytest.param("ftp://ftp.example/", Fault.NOT_AN_ADDRESS, id="another protocol"),
        pytest.param("http://127.0.0.1:9/", Fault.REFUSED, id="nobody listens"),
    ],
)
def test_what_can_not_be_asked(address, fault):
    assert gateway("http://127.0.0.1:9").fault_of(address) == fault


def test_a_resolver_that_does_not_answer_says_nothing_about_the_link(monkeypatch):
    def no_answer(*args, **kwargs):
        raise socket.gaierror(socket.EAI_AGAIN, "try again")

    monkeypatch.setattr(socket, "getaddrinfo", no_answer)

    with pytest.raises(WebUnreachable):
        gateway().fault_of("https://one.example/")
