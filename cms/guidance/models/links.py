"""Links of our pages that lead nowhere."""

import hashlib

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.guidance.enums import Fault
from cms.guidance.models.pairs import Pair
from courses.people.enums import Language

LONGEST_ADDRESS = 1_000


class DeadLinkQuerySet(models.QuerySet):
    def certain(self):
        """Dead links without those that failed once in a way that may pass by itself: they are
        tried again first.
        """
        return self.filter(is_certain=True)

    def with_list_rows(self):
        rows = self.select_related("pair__french", "pair__english", "pair__owner")
        return rows.order_by("-found_at", "pk").fetch_mode(models.FETCH_PEERS)


class DeadLink(models.Model):
    """One address that a page leads to and where nothing is.

    The row goes when the link is mended or taken out.
    """

    pair = models.ForeignKey(Pair, models.CASCADE, related_name="dead_links")
    language = models.CharField(max_length=2, choices=Language)
    address = models.CharField(_("address"), max_length=LONGEST_ADDRESS)
    address_hash = models.CharField(
        max_length=64, editable=False
    )  # long addresses can't be in an index on every database
    words = models.CharField(_("words of the link"), max_length=200, blank=True)
    fault = models.CharField(_("cause"), max_length=16, choices=Fault)
    found_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(default=timezone.now)
    is_certain = models.BooleanField(default=True)

    objects = DeadLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("dead link")
        verbose_name_plural = _("dead links")
        constraints = [
            models.UniqueConstraint(
                fields=["pair", "language", "address_hash"], name="dead_link_once_per_page"
            )
        ]

    def __str__(self) -> str:
        return self.address

    def save(self, *args, **kwargs):
        self.address_hash = hash_of(self.address)
        super().save(*args, **kwargs)

    @property
    def page(self):
        return self.pair.french if self.language == "fr" else self.pair.english


def hash_of(address: str) -> str:
    return hashlib.sha256(address.encode()).hexdigest()
