"""Copies of the demo's rows, until its database is that of many schools after five school years.

In SQL from the shape of the tables, one INSERT … SELECT a table and step: keys are moved by an offset
that foreign keys share, days go back, what must be unique is hashed. PostgreSQL only.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models
from django.db.models import Model

WEEKS = 28  # days: the demo's plans, rolls and hand-ins lie within so many
YEAR = 364  # days, so that Mondays stay Mondays
FIGURES = 3 * YEAR  # the demo has the figures of three school years
SCHOOL_YEAR_DAYS = 300
LARGEST_KEY = 1 << 17  # of the demo's own rows


@dataclass(frozen=True)
class Step:
    """`times` copies of all rows of these tables, each `days` further back than the one before.

    `offset`: what each copy adds to its keys; larger than the largest key that is there.
    """

    name: str
    tables: frozenset[str]
    times: int
    offset: int
    days: int = 0
    years: int = 0

    @property
    def ends_what_is_open(self) -> bool:
        return self.years > 0


def tables(**names: str) -> frozenset[str]:
    """Of an app's models by their names, or of all of them: `training="*"`; with the tables of their
    many-to-many fields.
    """
    found: set[str] = set()
    for app, words in names.items():
        config = apps.get_app_config(app)
        chosen = config.get_models() if words == "*" else map(config.get_model, words.split())
        for model in chosen:
            joined = [field.remote_field.through for field in model._meta.local_many_to_many]
            found |= {one._meta.db_table for one in [model, *joined]}
    return frozenset(found)


def steps(schools: int) -> list[Step]:
    """What a class does in ten months, what a school has in five years, and so many times the
    schools.
    """
    work = tables(
        continuity="ContinuityPlan PlanPart PlanItem ItemChange RemovedItem Tick HelpRequest"
        " WeekOpening PaperHandover RollCall RollLine RollCorrection Stranger Homework Assignment"
        " HomeworkEdit HandIn HandInPart HandInPage Feedback Pin Reply Lesson Attachment Extension",
        courses="Letter Launch RoomEvent",
    )
    of_classes = tables(
        schedule="Event Occurrence",
        courses="Meeting CalendarEntry Room RoomPass Stay SchoolClass ClassMembership Tutorship"
        " Teaching StandIn ClassHour Absence",
    )
    kept = tables(
        training="Training ResourceWish DateAlert CalendarFeed NoInvitations",
        courses="Person Membership",
    ) - {"courses_person", "courses_membership"}
    of_a_year = (
        work
        | of_classes
        | tables(
            continuity="Cover VideoClass SurveyCampaign SurveyAnswer SurveyPause",
            courses="LaunchCount MonthOpeners",
            training="*",
        )
    ) - kept
    of_schools = (
        work
        | of_classes
        | tables(
            continuity="*",
            courses="Organisation Person Membership Identity Guardianship GuardianLink ComingOfAge"
            " SchoolCalendar Closure",
        )
    ) - (kept | tables(continuity="SurveyProposal"))
    figures = tables(cms="WeekFigure HourFigure YearFigure ClosedWeek")
    return [
        Step("months of a school year", work, 9, LARGEST_KEY, days=WEEKS),
        Step("figures of three years before", figures, 1, LARGEST_KEY, days=FIGURES, years=3),
        Step("school years", of_a_year, 4, 1 << 21, days=YEAR, years=1),
        Step("schools", of_schools, schools - 1, 1 << 24),
    ]


def grow(schools: int) -> Iterator[str]:
    """Do all steps; says what each made. The connection's role must be a superuser: foreign keys
    aren't looked at row by row, but in `orphans` once all is there.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for step in steps(schools):
            made = 0
            for model in _models(step.tables):
                cursor.execute(_copy(model, step))
                made += cursor.rowcount
            yield f"{step.name}: {made:,} rows"
        for model in _models(frozenset().union(*(step.tables for step in steps(schools)))):
            cursor.execute(_sequence(model))
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM (ANALYZE)")


def orphans() -> list[str]:
    """Foreign keys of all our tables that lead nowhere; none, if the offsets are right."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            for field in _foreign_keys(model):
                target = field.related_model._meta
                cursor.execute(
                    f"SELECT count(*) FROM {_quoted(model._meta.db_table)} old WHERE {_old(field.column)}"  # noqa: S608
                    f" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {_quoted(target.db_table)} other WHERE"
                    f" other.{_quoted(field.target_field.column)} = {_old(field.column)})"
                )
                if number := cursor.fetchone()[0]:
                    found.append(f"{model._meta.db_table}.{field.column}: {number}")
    return found


def _models(names: frozenset[str]) -> list[type[Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.db_table in names and not model._meta.proxy
    ]


def _foreign_keys(model: type[Model]) -> list[models.ForeignKey]:
    return [
        field
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.ForeignKey) and field.db_constraint
    ]


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)


def _old(column: str) -> str:
    return f"old.{_quoted(column)}"


def _copy(model: type[Model], step: Step) -> str:
    table = _quoted(model._meta.db_table)
    fields = model._meta.local_concrete_fields
    columns = ", ".join(_quoted(field.column) for field in fields)
    values = ", ".join(_value(field, step) for field in fields)
    return (
        f"INSERT INTO {table} ({columns}) SELECT {values}"  # noqa: S608 (names and numbers of ours)
        f" FROM generate_series(1, {step.times}) k, {table} old ORDER BY k, old.id"
    )


def _value(field: models.Field, step: Step) -> str:
    """SQL of the field's value in copy number k."""
    column = _old(field.column)
    moved = f"{column} + k * {step.offset}"
    if field.primary_key:
        return moved
    if isinstance(field, models.ForeignKey):
        if field.related_model._meta.db_table in step.tables:
            return moved
        return "NULL" if field.unique else column
    if field.name == "about_pk":  # a letter's
        about = ", ".join(f"'{model._meta.label}'" for model in _models(step.tables))
        moved = f"({column}::bigint + k * {step.offset})::text"
        return f"CASE WHEN old.about_model IN ({about}) THEN {moved} ELSE {column} END"
    if isinstance(field, models.UUIDField) and field.unique:
        return "gen_random_uuid()"
    hashed = f"md5({column} || ' ' || k || '{step.name}')"
    if isinstance(field, models.EmailField):
        return (
            f"CASE WHEN {column} > '' THEN {hashed} || '@demo.passerelle.example' ELSE {column} END"
        )
    if isinstance(field, models.CharField) and _is_made_unique(field):
        return f"CASE WHEN {column} > '' THEN left({hashed}, {field.max_length}) ELSE {column} END"
    if field.name == "school_year":
        return f"{column} - k * {step.years}"
    if isinstance(field, models.DateField) and step.days:  # DateTimeField, too
        return _earlier(field, step)
    return column


def _is_made_unique(field: models.CharField) -> bool:
    """Alone, or as one of the words by which people and things are told apart."""
    own = {"value", "serial", "mark", "token_hash", "room_jid", "occupant_jid"}
    return field.unique or field.name in own


def _earlier(field: models.Field, step: Step) -> str:
    column = _old(field.column)
    is_moment = isinstance(field, models.DateTimeField)
    back = f"make_interval(days => k * {step.days})" if is_moment else f"k * {step.days}"
    has_since = any(other.name == "since" for other in field.model._meta.fields)
    if field.name == "until" and has_since and step.ends_what_is_open:
        return f"coalesce({column} - {back}, old.since - {back} + {SCHOOL_YEAR_DAYS})"
    return f"{column} - {back}"


def _sequence(model: type[Model]) -> str:
    table, key = model._meta.db_table, model._meta.pk.column
    return (
        f"SELECT setval(pg_get_serial_sequence('{_quoted(table)}', '{key}'),"  # noqa: S608
        f" greatest(max({_quoted(key)}), 1)) FROM {_quoted(table)}"
    )
