"""A version that came second: somebody had saved the page in the meantime, so it is kept beside
until both are one.
"""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.documents.values import public_id


class KeptVersionQuerySet(models.QuerySet):
    def waiting(self):
        """Versions of which nobody has chosen yet; the oldest first."""
        return self.filter(settled_at=None).order_by("kept_at", "pk")

    def with_people(self):
        return self.select_related("page", "by", "settled_by").fetch_mode(models.FETCH_PEERS)


class KeptVersion(models.Model):
    """The whole of what somebody sent over a newer version.

    It is no revision of the page: it would be the latest of them.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    page = models.ForeignKey(
        "wagtailcore.Page", models.CASCADE, related_name="kept_versions", verbose_name=_("page")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    content = models.JSONField(encoder=DjangoJSONEncoder)
    began_with = models.JSONField(
        null=True, encoder=DjangoJSONEncoder
    )  # what both had in front of them, where it is still known
    kept_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    # Who wrote and what the page was are no use of either: nothing that is deleted has to wait for
    # them.
    wagtail_reference_index_ignore = True

    objects = KeptVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version put aside")
        verbose_name_plural = _("versions put aside")
        indexes = [models.Index(fields=["page", "settled_at"], name="kept_versions_of_page")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(settled_at=None, settled_by=None)
                | models.Q(settled_at__isnull=False, settled_by__isnull=False),
                name="kept_version_settled_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return self.content.get("title", "")
