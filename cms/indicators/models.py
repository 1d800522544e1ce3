"""Page views by the hour without anybody's name, keyed identifiers that live a day or a week, and
weeks that are closed with frozen definitions.
"""

import secrets

from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone, translation

from cms.indicators.enums import KeySpan, Place, ReaderDevice, ReaderRole
from courses.digest.enums import MeasureKind
from courses.people.models import Organisation

HALF_HOURS = 50  # of the longest day, on which clocks go back
KINDS = [(kind.value, kind.name.lower()) for kind in MeasureKind]


def new_secret() -> str:
    return secrets.token_hex(32)


class CountingKey(models.Model):
    """Secret under which the people of one day, or of one week (`first_day` is its Monday), are told
    apart. Deleted with the identifiers that it made.
    """

    span = models.CharField(max_length=4, choices=KeySpan)
    first_day = models.DateField()
    secret = models.CharField(max_length=64, default=new_secret)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["span", "first_day"], name="counting_key_once")
        ]


class ClosedDay(models.Model):
    """A day of which people and visits are counted: a batch that comes later is dropped, and its
    pages are counted here.
    """

    day = models.DateField(unique=True)
    closed_at = models.DateTimeField(default=timezone.now)
    late_pages = models.PositiveIntegerField(default=0)


class PageTally(models.Model):
    """Page views of one batch of one process; `HourCount` adds them up every five minutes."""

    hour = models.DateTimeField()  # its beginning
    school = models.ForeignKey(
        Organisation, models.CASCADE, null=True, related_name="+"
    )  # None: visitors, and people of no school
    device = models.CharField(max_length=8, choices=ReaderDevice)
    place = models.CharField(max_length=8, choices=Place)
    pages = models.PositiveIntegerField()


class HourCount(models.Model):
    """Page views of one hour from one school, by device."""

    hour = models.DateTimeField()
    school = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    device = models.CharField(max_length=8, choices=ReaderDevice)
    place = models.CharField(max_length=8, choices=Place)
    pages = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["hour", "school", "device"],
                condition=Q(school__isnull=False),
                name="hour_count_once",
            ),
            models.UniqueConstraint(
                fields=["hour", "device"],
                condition=Q(school__isnull=True),
                name="hour_count_elsewhere_once",
            ),
        ]


class SeenToday(models.Model):
    """That somebody read pages in one half-hour of a day. `key` is an HMAC under the key of the day:
    it can't be led back to a person once that is deleted, the night after, with these rows.
    """

    day = models.DateField()
    key = models.CharField(max_length=32)
    school = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=8, choices=ReaderRole)
    half_hour = models.PositiveSmallIntegerField()  # since midnight in Paris: 0 to 47, at most 49

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "key", "half_hour"], name="seen_today_once"),
            models.CheckConstraint(
                condition=Q(half_hour__lt=HALF_HOURS), name="seen_today_half_hour"
            ),
        ]


class SeenThisWeek(models.Model):
    """That somebody read pages in a week, at such times and on such a device. `key` is an HMAC under
    the key of the week, which is deleted with these rows when the week is closed.
    """

    week = models.DateField()  # Monday
    key = models.CharField(max_length=32)
    school = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=8, choices=ReaderRole)
    device = models.CharField(max_length=8, choices=ReaderDevice)
    place = models.CharField(max_length=8, choices=Place)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["week", "key", "device", "place"], name="seen_this_week_once"
            )
        ]


class DayCount(models.Model):
    """People who read pages on a day, by school and role, and their visits: two pages belong to two
    visits if a half-hour without any lies between them.
    """

    day = models.DateField()
    school = models.ForeignKey(Organisation, models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=8, choices=ReaderRole)
    people = models.PositiveIntegerField()
    visits = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "school", "role"],
                condition=Q(school__isnull=False),
                name="day_count_once",
            ),
            models.UniqueConstraint(
                fields=["day", "role"],
                condition=Q(school__isnull=True),
                name="day_count_elsewhere_once",
            ),
        ]


class HourPeople(models.Model):
    """People of the whole region who read pages in one hour."""

    hour = models.DateTimeField(unique=True)
    people = models.PositiveIntegerField()


class Definition(models.Model):
    """The words of a measure in the version with which a week was first closed: never changed since."""

    code = models.SlugField(max_length=40)
    version = models.PositiveSmallIntegerField()
    since = models.DateField()
    kind = models.CharField(max_length=8, choices=KINDS)
    name_fr = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    definition_fr = models.TextField()
    definition_en = models.TextField()
    unit_fr = models.CharField(max_length=60)
    unit_en = models.CharField(max_length=60)
    not_said_fr = models.TextField()
    not_said_en = models.TextField()

    class Meta:
        ordering = ["code", "version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="definition_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.version}"

    @property
    def name(self) -> str:
        return self._in_language("name")

    @property
    def definition(self) -> str:
        return self._in_language("definition")

    @property
    def unit(self) -> str:
        return self._in_language("unit")

    @property
    def not_said(self) -> str:
        return self._in_language("not_said")

    def _in_language(self, field: str) -> str:
        return getattr(self, f"{field}_{'en' if translation.get_language() == 'en' else 'fr'}")


class ClosedWeek(models.Model):
    """A week of which all figures are counted, and never recomputed."""

    week = models.DateField(unique=True)  # Monday
    closed_at = models.DateTimeField(default=timezone.now)
    schools = models.PositiveIntegerField()  # number of schools there were
    is_invented = models.BooleanField(default=False, db_default=False)  # the demo's

    class Meta:
        ordering = ["-week"]


class PublishedQuerySet(models.QuerySet):
    def published(self):
        """With `shown`: the number, None where it is hidden. Pages, filters and CSV read it alone."""
        number = self.model.COUNTED  # type: ignore[attr-defined]  # both models below have it
        return self.annotate(shown=Case(When(is_hidden=False, then=F(number)))).defer(number)

    def forget_hidden(self) -> int:
        """Set hidden numbers to 0, for good; returns how many weren't. That they are hidden stays."""
        number = self.model.COUNTED  # type: ignore[attr-defined]
        return self.filter(is_hidden=True).exclude(**{number: 0}).update(**{number: 0})


class WeekFigure(models.Model):
    """A measure of one closed week for a school, or for the region (`school` is None).

    `part`: a role for the measure `people`, "elsewhere" beside the region's total (visitors, and
    people of no school), empty for all. `is_hidden` comes from the one pattern of the measure's table
    for that week; a month later `value` is 0 where it is hidden.
    """

    COUNTED = "value"

    week = models.DateField()  # Monday
    definition = models.ForeignKey(Definition, models.PROTECT, related_name="figures")
    school = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+"
    )  # None: the region
    part = models.CharField(max_length=20, blank=True)
    value = models.PositiveIntegerField()
    is_hidden = models.BooleanField()
    is_invented = models.BooleanField(default=False, db_default=False)  # the demo's

    objects = PublishedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["week", "definition", "school", "part"],
                condition=Q(school__isnull=False),
                name="week_figure_once",
            ),
            models.UniqueConstraint(
                fields=["week", "definition", "part"],
                condition=Q(school__isnull=True),
                name="week_figure_of_the_region_once",
            ),
        ]


class HourFigure(models.Model):
    """Page views of one hour of a closed week in the whole region; `hour` None: of that whole day. A
    month later `pages` is 0 where it is hidden.
    """

    COUNTED = "pages"

    week = models.DateField()
    weekday = models.PositiveSmallIntegerField()  # 0 is Monday
    hour = models.PositiveSmallIntegerField(null=True)  # on a clock in Paris
    pages = models.PositiveIntegerField()
    is_hidden = models.BooleanField()
    is_invented = models.BooleanField(default=False, db_default=False)

    objects = PublishedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["week", "weekday", "hour"],
                condition=Q(hour__isnull=False),
                name="hour_figure_once",
            ),
            models.UniqueConstraint(
                fields=["week", "weekday"],
                condition=Q(hour__isnull=True),
                name="hour_figure_of_a_day_once",
            ),
            models.CheckConstraint(
                condition=Q(weekday__lte=6) & (Q(hour__isnull=True) | Q(hour__lte=23)),
                name="hour_figure_of_a_week",
            ),
        ]


class YearFigure(models.Model):
    """A measure over the closed weeks of one school year: published numbers added up, of how many weeks,
    and how many are hidden or left out. Rewritten when a week of the year is closed; nothing is counted
    again.
    """

    school_year = models.PositiveSmallIntegerField()  # in which it ends
    definition = models.ForeignKey(Definition, models.PROTECT, related_name="years")
    school = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    part = models.CharField(max_length=20, blank=True)
    total = models.PositiveBigIntegerField()
    weeks = models.PositiveSmallIntegerField()  # that `total` adds up
    hidden_weeks = models.PositiveSmallIntegerField()
    # Of a part: published, but not those of the whole, or of another part.
    left_out_weeks = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school_year", "definition", "school", "part"],
                condition=Q(school__isnull=False),
                name="year_figure_once",
            ),
            models.UniqueConstraint(
                fields=["school_year", "definition", "part"],
                condition=Q(school__isnull=True),
                name="year_figure_of_the_region_once",
            ),
        ]
