"""The catalogue's entries: what a training teaches, for whom, on which resource."""

from django.db import models
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id
from courses.people.enums import Role
from training.enums import TrainingLevel
from training.values import address_words, with_french_spaces


class TrainingQuerySet(models.QuerySet):
    def published(self):
        return self.filter(is_published=True)

    def visible_to(self, person):
        """Planners read what has left the catalogue, too."""
        if person.is_authenticated and (person.is_superuser or Role.PLANNER in person.roles):
            return self
        return self.published()


class Training(models.Model):
    """Written in both languages by an adviser; its sessions are dated runs of it."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    resource = models.ForeignKey(
        "courses.Resource", models.PROTECT, related_name="trainings", verbose_name=_("resource")
    )
    title_fr = models.CharField(_("title in French"), max_length=120)
    title_en = models.CharField(_("title in English"), max_length=120)
    summary_fr = models.TextField(_("summary in French"), max_length=500)
    summary_en = models.TextField(_("summary in English"), max_length=500)
    goals_fr = models.TextField(
        _("goals in French"), help_text=_("What participants will be able to do: one goal a line.")
    )
    goals_en = models.TextField(
        _("goals in English"), help_text=_("What participants will be able to do: one goal a line.")
    )
    preparation_fr = models.TextField(_("how to prepare, in French"), blank=True)
    preparation_en = models.TextField(_("how to prepare, in English"), blank=True)
    subjects = models.ManyToManyField(
        "courses.Subject",
        verbose_name=_("subjects"),
        blank=True,
        related_name="+",
        help_text=_("For whom; all subjects if none is ticked."),
    )
    level = models.CharField(
        _("level"), max_length=12, choices=TrainingLevel, default=TrainingLevel.ANY
    )
    is_published = models.BooleanField(_("shown in the catalogue"), default=True)

    objects = TrainingQuerySet.as_manager()

    class Meta:
        verbose_name = _("training")
        verbose_name_plural = _("trainings")
        ordering = ["title_fr"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        slug = address_words(self.title) or "training"
        return reverse("training:training", args=[self.public_id, slug])

    def _in_my_language(self, name: str) -> str:
        if translation.get_language() == "en":
            return getattr(self, f"{name}_en")
        return with_french_spaces(getattr(self, f"{name}_fr"))

    @property
    def title(self) -> str:
        return self._in_my_language("title")

    @property
    def summary(self) -> str:
        return self._in_my_language("summary")

    @property
    def goals(self) -> list[str]:
        return [line.strip() for line in self._in_my_language("goals").splitlines() if line.strip()]

    @property
    def preparation(self) -> str:
        return self._in_my_language("preparation")
