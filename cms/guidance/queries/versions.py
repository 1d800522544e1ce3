"""Who else has a page open, and which versions wait beside it."""

from django.db import models
from wagtail.admin.models import EditingSession
from wagtail.models import Page, Revision, get_default_page_content_type

from cms.guidance.models import KeptVersion
from courses.people.models import Person


def others_at(page: Page, person: Person) -> list[Person]:
    """Who has the page open in the editor at this moment, and not only a window forgotten; who writes comes first."""
    here = EditingSession.objects.filter(content_type=get_default_page_content_type(), object_id=str(page.pk)).available()
    rows = here.exclude(user=person).select_related("user").order_by("-is_editing", "-last_seen_at").fetch_mode(models.FETCH_PEERS)
    return list({row.user_id: row.user for row in rows if not row.is_idle}.values())


def versions_beside(page: Page) -> list[KeptVersion]:
    return list(KeptVersion.objects.waiting().filter(page_id=page.pk).with_people())


def loaded_revision(page: Page, *, number: str, made_at: str) -> Revision | None:
    """What somebody had in front of them when they began; nothing, if it was written over since."""
    if not number.isdigit():
        return None
    revision = page.revisions.filter(pk=number).first()
    return revision if revision and made_at in {"", revision.created_at.isoformat()} else None


def came_second(page: Page, *, overwrites: str, loaded: str, loaded_at: str) -> bool:
    """Was the page saved by another window since this one began? The same answer as Wagtail's editor gives when it saves by itself."""
    latest = page.latest_revision
    if latest is None:
        return False
    if overwrites:  # this window's own draft, saved as it was written
        return overwrites != str(latest.pk)
    if not loaded:
        return False
    return loaded != str(latest.pk) or loaded_at not in {"", latest.created_at.isoformat()}
