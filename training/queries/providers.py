"""A provider as anybody may know it: its facts, its resources, their trainings."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Prefetch, Q
from django.urls import reverse

from courses.catalogue.models import ProviderProfile, Resource
from courses.people.models import Organisation
from training.enums import NOT_HELD
from training.models import Training
from training.values import address_words


@dataclass
class ProviderPage:
    """`profile` is None until a registrar has written one."""

    provider: Organisation
    profile: ProviderProfile | None
    resources: list[Resource]

    @property
    def address(self) -> str:
        return provider_address(self.provider.public_id, self.provider.name)


def provider_page(public_id: str, now: datetime) -> ProviderPage | None:
    """Each resource with its published trainings, each of these with `dates`, how many sessions are
    to come: three queries.
    """
    provider = (
        Organisation.objects.providers()
        .select_related("profile")
        .filter(public_id=public_id)
        .first()
    )
    if provider is None:
        return None
    to_come = Q(sessions__ends_at__gt=now) & ~Q(sessions__state__in=NOT_HELD)
    trainings = Training.objects.published().annotate(dates=Count("sessions", filter=to_come))
    resources = provider.resources.prefetch_related(
        Prefetch("trainings", trainings.order_by("title_fr"), to_attr="published")
    )
    return ProviderPage(provider, getattr(provider, "profile", None), list(resources))


def provider_address(public_id: str, name: str) -> str:
    """The slug is decorative: the name may change."""
    return reverse("training:provider", args=[public_id, address_words(name) or "provider"])
