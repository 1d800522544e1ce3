"""While a release is brought in, the code before it runs on the new tables: a migration may add, and
takes away only what no code of the release before asks for.

See CONTRIBUTING, "Add a migration". What is checked is the SQL that PostgreSQL would get.
"""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django_migration_linter import MigrationLinter
from django_migration_linter.sql_analyser.postgresql import has_create_index

pytestmark = [
    pytest.mark.django_db(transaction=True),  # an index isn't made beside writes inside one
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
# (app, migration): why its index is made while writes wait.
LOCKING_INDEXES = {
    ("continuity", "0024_handin_without_pdf_index"): "merged before the rule; see CHANGELOG",
    ("courses", "0050_letter_sent_index"): "merged before the rule; see CHANGELOG",
    ("training", "0050_answers_to_contests"): "a row a provider and month: some hundreds",
}


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


def locking_indexes(app: str, name: str) -> list[str]:
    """The migration's CREATE INDEX on tables that were there before, if they aren't CONCURRENTLY:
    writes to the table wait until they are made (600,000 hand-ins: seconds).
    """
    statements = linted(app, {name}).get_sql(app, name)
    return [
        sql
        for number, sql in enumerate(statements)
        if has_create_index([*statements[:number], sql])
        and not has_create_index(statements[:number])
    ]


def test_an_index_on_a_table_that_is_there_is_made_beside_writes():
    locking = {
        (app, name): sql
        for app, names in new_migrations().items()
        for name in sorted(names)
        if (app, name) not in LOCKING_INDEXES and (sql := locking_indexes(app, name))
    }

    assert locking == {}


def test_an_index_that_locks_its_table_is_found():
    found = locking_indexes("courses", "0050_letter_sent_index")

    assert [re.findall('INDEX.*ON "(.*?)"', sql) for sql in found] == [["courses_letter"]]


def test_a_required_column_without_a_default_of_the_database_is_found():
    assert connection.vendor == "postgresql"

    linter = linted("training", {"0043_why_not_on_a_date"})

    assert (linter.nb_total - linter.nb_ignored, linter.nb_erroneous) == (1, 1)


def test_exceptions_and_beginnings_name_migrations_that_are_there():
    there = {(app, name) for app in BEFORE_THE_RULE for name in names_of(app)}

    assert {app: int(names_of(app)[-1][:4]) >= last for app, last in BEFORE_THE_RULE.items()} == (
        dict.fromkeys(BEFORE_THE_RULE, True)
    )
    assert EXCEPTIONS.keys() | LOCKING_INDEXES.keys() <= there
