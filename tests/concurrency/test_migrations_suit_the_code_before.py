"""While a release is brought in, the code before it runs on the new tables: a migration may add, and
takes away only what no code of the release before asks for.

See CONTRIBUTING, "Add a migration". What is checked is the SQL that PostgreSQL would get.
"""

from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django_migration_linter import MigrationLinter

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        "postgresql" not in settings.DATABASES["default"]["ENGINE"],
        reason="SQL for PostgreSQL; run with --postgres",
    ),
]

# The last ones from before this rule. Those between 0.2.0 and these break it 21 times, so this one
# release is brought in with the web nodes stopped (docs/operations.md, "A new release").
BEFORE_THE_RULE = {"cms": 12, "continuity": 23, "courses": 47, "training": 48}
# (app, migration): why the code before it doesn't mind.
EXCEPTIONS: dict[tuple[str, str], str] = {}


def names_of(app: str) -> list[str]:
    folder = Path(settings.BASE_DIR) / app / "migrations"
    return sorted(path.stem for path in folder.glob("[0-9]*.py"))


def new_migrations() -> dict[str, set[str]]:
    return {
        app: {
            name for name in names_of(app) if int(name[:4]) > last and (app, name) not in EXCEPTIONS
        }
        for app, last in BEFORE_THE_RULE.items()
    }


def linted(app: str, names: set[str]) -> MigrationLinter:
    linter = MigrationLinter(
        path=str(settings.BASE_DIR),
        include_apps=[app],
        include_name=names,
        analyser_string="postgresql",
        no_cache=True,
    )
    linter.lint_all_migrations()
    return linter


def test_the_code_before_runs_on_the_new_tables(capsys):
    broken = [
        app for app, names in new_migrations().items() if names and linted(app, names).has_errors
    ]

    assert broken == [], capsys.readouterr().out


def test_a_required_column_without_a_default_of_the_database_is_found():
    assert connection.vendor == "postgresql"

    linter = linted("training", {"0043_why_not_on_a_date"})

    assert (linter.nb_total - linter.nb_ignored, linter.nb_erroneous) == (1, 1)


def test_exceptions_and_beginnings_name_migrations_that_are_there():
    there = {(app, name) for app in BEFORE_THE_RULE for name in names_of(app)}

    assert {app: int(names_of(app)[-1][:4]) >= last for app, last in BEFORE_THE_RULE.items()} == (
        dict.fromkeys(BEFORE_THE_RULE, True)
    )
    assert EXCEPTIONS.keys() <= there
