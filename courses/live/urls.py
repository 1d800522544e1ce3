"""Join links, the practice room, the room's own events: without a language in the address."""

from django.urls import path

from courses.live.views import events, join, practice

app_name = "live"
urlpatterns = [
    path("join/<slug:public_id>/", join.join, name="join"),
    path("room-check/", join.room_check, name="room_check"),
    path("practice/<slug:name>/", practice.practice, name="practice"),
    path("practice/<slug:name>/enter/", practice.enter_practice, name="enter_practice"),
    path(
        "practice/<slug:name>/enter-as-guest/",
        practice.enter_practice_as_guest,
        name="enter_practice_as_guest",
    ),
    path("practice/<slug:name>/drop/<int:line>/", practice.drop_line, name="drop_line"),
    path("practice/<slug:name>/come-back/<int:line>/", practice.come_back, name="come_back"),
    path("practice/<slug:name>/leave/<int:line>/", practice.leave_practice, name="leave_practice"),
    path("practice/<slug:name>/end/", practice.end_practice, name="end_practice"),
    # event_sync adds these to its api_prefix, https://…/live; no slash at the end, as it writes
    # them.
    path("live/events/<slug:noun>/<slug:verb>", events.room_event, name="room_event"),
]
