"""Shared parts of letters about one page: their template, and the link to its editor."""

from django.urls import reverse
from wagtail.models import Page

from courses.mail.documents import absolute

ABOUT_A_PAGE = "guidance/mail/about_a_page"


def editor_of(page: Page) -> str:
    return absolute(reverse("wagtailadmin_pages:edit", args=[page.pk]))
