"""A part of a published week, its student, and the page that the student reads."""

import datetime

from django.urls import reverse

from continuity.models import PlanItem
from continuity.video import services as video
from courses.agenda.values import Hours
from tests.factories import continuity as factories
from tests.factories.continuity import MONDAY, SchoolClassFactory, at
from tests.factories.people import TeacherFactory


def teaching(school_class=None, *, teacher=None, subject=None):
    """By somebody who writes in the language in which these pages are read."""
    school_class = school_class or SchoolClassFactory()
    teacher = teacher or TeacherFactory(language="en", works_at=school_class.school)
    return factories.teaching(school_class, teacher=teacher, subject=subject)


def video_item(part, begins) -> PlanItem:
    hours = Hours(begins, begins + datetime.timedelta(minutes=55))
    planned = video.plan(
        teaching=part.teaching,
        title="Les circuits",
        hours=[hours],
        by=part.teaching.teacher,
        now=at(MONDAY, 7),
    )
    return PlanItem.objects.get(meeting__series=planned.series)


def page(client, monday=None) -> str:
    address = (
        reverse("continuity:week_of", args=[monday.isoformat()])
        if monday
        else reverse("continuity:week")
    )
    response = client.get(address)
    assert response.status_code == 200
    return response.text
