"""Others who have a page open, and versions that wait beside it."""

from dataclasses import dataclass

from django.db import models
from django.utils.dateparse import parse_datetime
from wagtail.admin.models import EditingSession
from wagtail.models import Page, Revision, get_default_page_content_type

from cms.guidance.models import KeptVersion
from cms.guidance.values.versions import is_same_version
from courses.people.models import Person


def others_at(page: Page, person: Person) -> list[Person]:
    """Others who have the page open in the editor at this moment, without idle windows; those who
    write come first.
    """
    here = EditingSession.objects.filter(
        content_type=get_default_page_content_type(), object_id=str(page.pk)
    ).available()
    rows = (
        here.exclude(user=person)
        .select_related("user")
        .order_by("-is_editing", "-last_seen_at")
        .fetch_mode(models.FETCH_PEERS)
    )
    return list({row.user_id: row.user for row in rows if not row.is_idle}.values())


def versions_beside(page: Page) -> list[KeptVersion]:
    return list(KeptVersion.objects.waiting().filter(page_id=page.pk).with_people())


def loaded_revision(page: Page, *, number: str, made_at: str) -> Revision | None:
    """The revision that somebody began with; None if it was overwritten since."""
    if not number.isdigit():
        return None
    revision = page.revisions.filter(pk=number).first()
    return revision if revision and made_at in {"", revision.created_at.isoformat()} else None


@dataclass(frozen=True)
class Sent:
    """The version that a window of the editor began with, or saved by itself since, as its form
    says.
    """

    overwrites: str = ""
    loaded: str = ""
    loaded_at: str = ""

    def began_with(self, page: Page) -> Revision | None:
        """The revision that this window began with; None where it was overwritten since."""
        if self.overwrites:
            return loaded_revision(page, number=self.overwrites, made_at="")
        return loaded_revision(page, number=self.loaded, made_at=self.loaded_at)


def saved_since(page: Page, sent: Sent) -> list[Revision]:
    """The versions that other windows saved since this one began, the latest first.

    None where it is the newest.
    """
    latest = page.latest_revision
    if latest is None or not (sent.overwrites or sent.loaded):
        return []
    if sent.overwrites == str(latest.pk):
        return []
    began = sent.began_with(page)
    if began and began.pk == latest.pk:
        return []
    newer = page.revisions.order_by("-created_at", "-pk")
    if began:
        newer = newer.filter(created_at__gt=began.created_at)
    elif since := parse_datetime(sent.loaded_at):
        newer = newer.filter(created_at__gt=since)
    return list(newer.select_related("user")) or [latest]


def contradicting(page: Page, sent: Sent, by: Person) -> list[Revision]:
    """Revisions saved since by other people who wrote something else than this window began with:
    nothing of theirs may be lost.
    """
    began = sent.began_with(page)
    others = [revision for revision in saved_since(page, sent) if revision.user_id != by.pk]
    return [
        revision
        for revision in others
        if began is None or not is_same_version(revision.content, began.content)
    ]
