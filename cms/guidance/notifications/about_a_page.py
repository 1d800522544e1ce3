"""What letters about one page share: their template, and the way to its editor."""

from django.urls import reverse
from wagtail.models import Page

from courses.mail.documents import absolute

ABOUT_A_PAGE = "guidance/mail/about_a_page"


def editor_of(page: Page) -> str:
    return absolute(reverse("wagtailadmin_pages:edit", args=[page.pk]))
