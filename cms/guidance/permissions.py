"""Permissions on a page, by the scopes held today."""

from django.contrib.auth.models import AnonymousUser
from wagtail.models import Page

from cms.guidance.enums import EditorialRole
from cms.guidance.models import Scope, UrgentNotice
from courses.people.models import Person


def has_role(person: Person | AnonymousUser, page: Page, *roles: str) -> bool:
    """Whether the person has one of these roles for this page. A chief adviser has them all."""
    if not person.is_authenticated:
        return False
    if person.is_superuser:
        return True
    scopes = Scope.objects.current().filter(person=person, role__in=[*roles, EditorialRole.CHIEF])
    return scopes.covering(page).exists()


def may_publish_urgently(person: Person | AnonymousUser, page: Page) -> bool:
    return has_role(person, page, EditorialRole.AUTHOR, EditorialRole.PUBLISHER)


def may_review_urgent(person: Person | AnonymousUser, notice: UrgentNotice) -> bool:
    """Whether the person is a reviewer of the page and published nothing of what is to review."""
    run = UrgentNotice.objects.run(notice.page_id, notice.pk)
    return has_role(person, notice.page, EditorialRole.REVIEWER) and not (
        run.filter(published_by=person.pk).exists()
    )


def may_end_banner(person: Person | AnonymousUser, notice: UrgentNotice) -> bool:
    return notice.published_by_id == person.pk or has_role(
        person, notice.page, EditorialRole.REVIEWER, EditorialRole.PUBLISHER
    )
