"""First pages, and the small doors of the frame:

`urlpatterns` under a language, `open_urlpatterns` without one.
"""

from django.urls import path

from cms.today import views

app_name = "today"
urlpatterns = [
    path("today/", views.home, name="home"),
    path("theme/", views.choose_theme, name="theme"),
]
open_urlpatterns = [
    path("", views.front_door, name="front_door"),
    path("health/", views.health, name="health"),
    path("health/live/", views.alive, name="alive"),
    path("health/jobs/", views.health_of_jobs, name="health_of_jobs"),
    path("csp-report", views.csp_report, name="csp_report"),
]
