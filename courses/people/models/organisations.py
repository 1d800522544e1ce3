"""Schools, providers, the académie and the Région."""

from collections.abc import Collection

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id
from courses.people.enums import OrganisationKind


class OrganisationQuerySet(models.QuerySet):
    def schools(self):
        """Those of today: not one that goes on as another."""
        return self.filter(kind=OrganisationKind.SCHOOL, merged_into=None)

    def by_uai(self, uais: Collection[str]) -> "dict[str, Organisation]":
        """By UAI in capitals: the school, or the one as which it goes on. One query."""
        wanted = {uai.upper() for uai in uais}
        found = Organisation.objects.filter(uai__in=wanted).select_related("merged_into")
        return {str(one.uai): one.merged_into or one for one in found}

    def providers(self):
        return self.filter(kind=OrganisationKind.PROVIDER)


class Organisation(models.Model):
    """A school, a provider, the académie or the Région.

    A school has its UAI, the ministry's number.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=OrganisationKind)
    name = models.CharField(
        _("name"), max_length=160, help_text=_("As it is shown on pages and certificates.")
    )
    official_name = models.CharField(
        _("name in the directory"), max_length=160, blank=True, editable=False
    )
    uai = models.CharField("UAI", max_length=8, unique=True, null=True, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    postcode = models.CharField(_("postcode"), max_length=5, blank=True)
    department = models.CharField(_("department"), max_length=3, blank=True)
    is_pilot = models.BooleanField(_("pilot of “lycéens connectés”"), default=False)
    with_guardians = models.BooleanField(
        _("guardians follow the week"), default=False, db_default=False, editable=False
    )
    # Never a school that goes on as another itself: `services.mergers` leads on whoever led to it.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged"
    )
    merged_on = models.DateField(null=True, blank=True, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "city"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=OrganisationKind.SCHOOL) | Q(uai__isnull=True),
                name="organisation_uai_only_for_schools",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None, merged_on=None)
                | Q(merged_into__isnull=False, merged_on__isnull=False) & ~Q(merged_into=F("pk")),
                name="organisation_merged_into_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}" if self.city else self.name
