"""Join links, the practice room, the room's own events: without a language in the address."""

from django.urls import path

from courses.live import views

app_name = "live"
urlpatterns = [
    path("join/<slug:public_id>/", views.join, name="join"),
]
