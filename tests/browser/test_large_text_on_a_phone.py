"""At 360 px with the browser's font at 24 and 32 px nothing is cut and nothing is out of reach
(WCAG 2.2, 1.4.4 and 1.4.10).
"""

import pytest

from tests.browser.desk import Desk, new_lesson

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
ON_ITS_SIDE = {"width": 740, "height": 360}
ROLES = ["eleve.demo", "prof.demo", "direction.demo", "formatrice.demo", "conseil.demo"]
MOST_PAGES = 10
# Pages that the bar and the first page lead to, once each; not the admin, not files, not what logs
# out.
LINKS = """() => [...document.querySelectorAll("main a[href], nav.tabs a[href]")].map(a => new URL(a.href))
    .filter(u => u.origin === location.origin && /^.(fr|en)./.test(u.pathname) && !/pdf|csv|ics|logout|join/.test(u.pathname))
    .map(u => u.pathname + u.search)"""
# What ends right of the window, and what a box that clips holds beyond its edge. Tables that scroll
# by themselves are in reach.
OUT_OF_REACH = """() => {
    const named = e => `${e.tagName.toLowerCase()}.${e.getAttribute("class") ?? ""} “${(e.textContent ?? "").trim().slice(0, 30)}”`;
    const seen = e => e.checkVisibility() && !e.closest(".unseen, .skip, svg, [hidden]") && e.getBoundingClientRect().width > 1;
    const scrolls = e => { for (let p = e; p; p = p.parentElement) if (/auto|scroll/.test(getComputedStyle(p).overflowX)) return true; };
    const clips = e => /clip|hidden/.test(getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1;
    return [...document.body.querySelectorAll("*")].filter(seen)
        .filter(e => (e.getBoundingClientRect().right > innerWidth + 1 && !scrolls(e)) || (clips(e) && e.matches("main *, header *, nav *")
            && !e.matches("input, select, textarea, .tool__word")))
        .map(named);
}"""


@pytest.fixture(scope="module", params=[24, 32], ids="{} px".format)
def large(request, browser_type, browser_type_launch_args):
    args = [*browser_type_launch_args["args"], f"--blink-settings=defaultFontSize={request.param}"]
    browser = browser_type.launch(**{**browser_type_launch_args, "args": args})
    yield browser
    browser.close()


def out_of_reach(page) -> dict[str, list[str]]:
    found = page.evaluate(OUT_OF_REACH)
    return {page.url.split("/", 3)[3]: found[:5]} if found else {}


@pytest.mark.parametrize(
    "path",
    [
        "/fr/",
        "/en/trainings/",
        "/fr/trainings/month/",
        "/fr/fiches/",
        "/fr/login/",
        "/fr/search/?q=classe",
    ],
)
def test_a_visitors_pages_fit(demo_address, large, path):
    page = large.new_page(viewport=PHONE)
    page.goto(demo_address + path)

    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") >= 24
    assert out_of_reach(page) == {}
    page.close()


@pytest.mark.parametrize(
    ("login", "path"),
    [(None, "/fr/trainings/month/"), ("conseil.demo", "/fr/sessions/month/")],
    ids=["catalogue", "planner"],
)
def test_the_names_in_a_month_have_the_width_of_the_page(demo_address, large, login, path):
    """Beside its day of 5.5 rem a name had one letter a line at 32 px."""
    page = large.new_page(viewport=PHONE)
    if login:
        page.goto(f"{demo_address}/fr/login/")
        with page.expect_navigation():
            page.click(f"button[value='{login}']")
    page.goto(demo_address + path)

    widths = page.evaluate(
        "[...document.querySelectorAll('.month__day a')].map(a => a.getBoundingClientRect().width)"
    )
    assert widths
    assert min(widths) > 200
    page.close()


@pytest.mark.parametrize("login", ROLES)
def test_the_pages_of_each_role_fit(demo_address, large, login):
    page = large.new_page(viewport=PHONE)
    page.goto(f"{demo_address}/fr/login/")
    with page.expect_navigation():
        page.click(f"button[value='{login}']")
    paths = list(dict.fromkeys([page.url.removeprefix(demo_address), *page.evaluate(LINKS)]))[
        :MOST_PAGES
    ]

    found = {}
    for path in paths:
        page.goto(demo_address + path)
        found |= out_of_reach(page)

    assert len(paths) > 3
    assert found == {}
    page.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("screen", [PHONE, ON_ITS_SIDE], ids=["upright", "on its side"])
def test_the_tools_of_an_editor_leave_the_text_in_reach(large, live_server, part, screen):
    desk = Desk(large, live_server.url, part.teaching.teacher, width=screen["width"])
    desk.page.set_viewport_size(screen)
    new_lesson(desk.log_in_by_cookie(), part)

    desk.write_in_editor("Lire la page 12.")
    desk.page.locator("trix-editor").click()

    assert desk.page.locator("trix-editor").inner_text().strip() == "Lire la page 12."
    desk.context.close()
