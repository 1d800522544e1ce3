"""Continuity's addresses, room by room:

`urlpatterns` under a language, `open_urlpatterns` without one.
"""

from django.urls import include, path

from continuity.families.urls import open_urlpatterns as open_families
from continuity.handins.urls import open_urlpatterns as open_handins
from continuity.week.urls import open_urlpatterns as open_week

app_name = "continuity"
urlpatterns = [  # what is asked for most stands first
    path("", include("continuity.week.urls")),
    path("", include("continuity.plans.urls")),
    path("", include("continuity.handins.urls")),
    path("", include("continuity.homework.urls")),
    path("", include("continuity.attendance.urls")),
    path("", include("continuity.answers.urls")),
    path("", include("continuity.video.urls")),
    path("", include("continuity.contact.urls")),
    path("", include("continuity.families.urls")),
    path("", include("continuity.students.urls")),
    path("", include("continuity.school.urls")),
    path("", include("continuity.equipment.urls")),
]
open_urlpatterns = [*open_families, *open_handins, *open_week]
