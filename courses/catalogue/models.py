"""Resources and licences: what a school subscribes to, and for whom."""

import datetime

from django.conf import settings
from django.core.validators import URLValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from courses.catalogue.enums import LicenceScope
from courses.documents.values import public_id


class Resource(models.Model):
    """A vendor's product, such as Educ’Arte."""

    slug = models.SlugField(_("address"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    provider = models.ForeignKey(
        "courses.Organisation", models.PROTECT, related_name="resources", verbose_name=_("provider")
    )
    url = models.URLField(
        _("where it is opened"),
        blank=True,
        validators=[URLValidator(schemes=["https"])],
        help_text=_("A public address, the same for everybody. It begins with https://."),
    )
    summary_fr = models.TextField(_("summary in French"), max_length=600)
    summary_en = models.TextField(_("summary in English"), max_length=600)

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def summary(self) -> str:
        return self.summary_en if translation.get_language() == "en" else self.summary_fr


class ProviderProfile(models.Model):
    """Public facts on a provider: what it is, who says so, and how a school reaches it.

    The contact is the organisation's own page or address, never a person's: see
    `rules.why_not_public`. A provider without a profile has a page all the same, which says whom to
    ask instead.
    """

    organisation = models.OneToOneField(
        "courses.Organisation",
        models.CASCADE,
        related_name="profile",
        verbose_name=_("provider"),
        limit_choices_to={"kind": "provider"},
    )
    about_fr = models.TextField(_("in French: what it is"), max_length=600, blank=True)
    about_en = models.TextField(_("in English: what it is"), max_length=600, blank=True)
    source = models.CharField(
        _("who says so"),
        max_length=200,
        blank=True,
        help_text=_("Title and date of the text that these facts are taken from."),
    )
    source_url = models.URLField(
        _("where it is said"),
        blank=True,
        validators=[URLValidator(schemes=["https"])],
        help_text=_("A public address. It begins with https://."),
    )
    website = models.URLField(
        _("public site"), blank=True, validators=[URLValidator(schemes=["https"])]
    )
    contact_url = models.URLField(
        _("page for contact"),
        blank=True,
        validators=[URLValidator(schemes=["https"])],
        help_text=_("Where a school writes to the provider. It begins with https://."),
    )
    contact_email = models.EmailField(
        _("address for contact"),
        blank=True,
        help_text=_("A common address of the organisation, as contact@…; never a person’s."),
    )

    class Meta:
        verbose_name = _("provider’s page")
        verbose_name_plural = _("providers’ pages")
        ordering = ["organisation__name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(about_fr="", about_en="") | ~(Q(about_fr="") | Q(about_en="")),
                name="provider_profile_in_both_languages",
                violation_error_message=_("Write it in both languages."),
            ),
            models.CheckConstraint(
                condition=Q(about_fr="") | ~Q(source=""),
                name="provider_profile_names_its_source",
                violation_error_message=_("Say which text these facts are taken from."),
            ),
        ]

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def about(self) -> str:
        return self.about_en if translation.get_language() == "en" else self.about_fr

    @property
    def has_contact(self) -> bool:
        return bool(self.contact_url or self.contact_email)


class LicenceQuerySet(models.QuerySet):
    def overlapping(self, first: datetime.date | OuterRef, last: datetime.date | OuterRef):
        """Those with at least one day in common with first…last, both inclusive."""
        return self.filter(Q(since__lte=last), Q(until__isnull=True) | Q(until__gte=first))

    def on(self, day: datetime.date | OuterRef):
        return self.overlapping(day, day)

    def naming(self, teacher):
        """Each with `names_the_teacher`: whether it lists this person."""
        named = Licence.teachers.through.objects.filter(licence=OuterRef("pk"), person=teacher)
        return self.annotate(names_the_teacher=Exists(named))


class Licence(models.Model):
    """A school's subscription to a resource, from a day to a day in Paris, both inclusive, or
    without end.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    resource = models.ForeignKey(
        Resource, models.PROTECT, related_name="licences", verbose_name=_("resource")
    )
    school = models.ForeignKey(
        "courses.Organisation",
        models.PROTECT,
        related_name="licences",
        verbose_name=_("school"),
        limit_choices_to={"kind": "school"},
    )
    scope = models.CharField(
        _("for whom"), max_length=10, choices=LicenceScope, default=LicenceScope.WHOLE_SCHOOL
    )
    since = models.DateField(_("from"))
    until = models.DateField(
        _("until"),
        null=True,
        blank=True,
        help_text=_("The last day, included. Empty: without end."),
    )
    subjects = models.ManyToManyField(
        "courses.Subject", verbose_name=_("subjects"), blank=True, related_name="+"
    )
    teachers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("named teachers"), blank=True, related_name="+"
    )
    contact = models.CharField(
        _("whom to ask at school"),
        max_length=120,
        blank=True,
        help_text=_("A function rather than a name: the school librarian."),
    )

    objects = LicenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("licence")
        verbose_name_plural = _("licences")
        ordering = ["school", "resource", "since"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")),
                name="licence_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=["resource", "school", "scope", "since"], name="licence_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource}, {self.school}"


class ResourceCost(models.Model):
    """What the subscriptions of all schools to a resource cost the Region in a school year.

    `school_year` is the one in which it begins: 2026 for 2026-2027.
    """

    resource = models.ForeignKey(Resource, models.CASCADE, related_name="costs")
    school_year = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=10, decimal_places=2, help_text="Euros.")

    class Meta:
        ordering = ["-school_year", "resource"]
        constraints = [
            models.UniqueConstraint(
                fields=["resource", "school_year"], name="resource_cost_once_a_year"
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="resource_cost_is_no_debt"),
        ]

    def __str__(self) -> str:
        return f"{self.resource}, {self.school_year}: {self.amount}"
