"""docs/operations.md and docs/runbook.md name what an operator needs and what is there: settings,
addresses that tell how the site is, units and timers, files of deploy/.
"""

import re

import pytest
from django.conf import settings

from cms.operations import urls as operations_urls
from cms.today import urls as today_urls

DEPLOY = settings.BASE_DIR / "deploy"
TIMERS = sorted(path.name for path in DEPLOY.glob("backup/*.timer"))
UNITS = sorted(path.stem for path in DEPLOY.glob("*.service"))
ADDRESSES = {
    f"/{pattern.pattern}"
    for pattern in [*today_urls.open_urlpatterns, *operations_urls.open_urlpatterns]
    if str(pattern.pattern).startswith(("health/", "metrics/"))
}


def part(page: str, begin: str, end: str) -> str:
    text = (settings.BASE_DIR / "docs" / page).read_text()
    assert begin in text
    return text.partition(begin)[2].partition(end)[0]


def first_cells(table: str) -> list[str]:
    return re.findall(r"^\| (.+?) \|", table, re.MULTILINE)


def names_in(cell: str) -> set[str]:
    """`PASSERELLE_SMTP_HOST`, `_PORT` are two: an end stands for the name before with other last words."""
    names = re.findall(r"`(\w+)`", cell)
    words = names[0].split("_") if names else []
    beginnings = ["_".join(words[:number]) for number in range(1, len(words))]
    return {name for name in names if not name.startswith("_")} | {
        begin + name for name in names if name.startswith("_") for begin in beginnings
    }


def test_each_setting_of_the_environment_stands_in_the_table():
    sources = [*(settings.BASE_DIR / "cms" / "settings").glob("*.py"), DEPLOY / "gunicorn.conf.py"]
    read = set(re.findall(r'"(PASSERELLE_\w+)"', "".join(path.read_text() for path in sources)))
    cells = first_cells(part("operations.md", "## Settings, all from", "\n## "))

    assert len(read) > 30
    assert read - set().union(*map(names_in, cells)) == set()


def test_each_address_that_tells_how_the_site_is_has_its_row_and_says_who_asks():
    table = part("operations.md", "## What to watch", "**Prometheus.**")
    rows = [line.strip("|").split("|") for line in table.splitlines() if re.match(r"\| `/", line)]

    assert {row[0].strip(" `") for row in rows} == ADDRESSES
    assert {len(row) for row in rows} == {4}  # answers, else, who asks
    assert all(cell.strip() for row in rows for cell in row)


@pytest.mark.parametrize("timer", TIMERS)
def test_each_timer_says_on_which_of_several_machines_it_runs(timer):
    """`passerelle-database@full`, `@diff`: a row may name the second by its end."""
    table = part("operations.md", "**With several machines** each of the two", "Web nodes tell")
    name = timer.removesuffix(".timer")

    assert f"`{name}`" in table or f"`@{name.partition('@')[2]}`" in table
    assert timer.replace("@diff", "@full") in part("operations.md", "**Set up**", "**Encrypt")


@pytest.mark.parametrize("unit", UNITS)
def test_a_restore_on_several_machines_says_when_each_unit_is_off_and_starts(unit):
    restore = part("runbook.md", "### Restore on several machines", "\n## ")
    off, table = restore.partition("| order |")[::2]

    assert f"`{unit}" in off
    assert unit in table
    for other in ("pgbouncer", "valkey-server", "start.conf"):
        assert other in off
        assert other in table


@pytest.mark.parametrize("page", ["operations.md", "runbook.md"])
def test_each_file_of_deploy_that_a_page_names_is_there(page):
    text = (settings.BASE_DIR / "docs" / page).read_text()
    named = set(re.findall(r"\bdeploy/[\w@*./-]*[\w*]", text))

    assert len(named) > 5
    assert [name for name in sorted(named) if not list(settings.BASE_DIR.glob(name))] == []
