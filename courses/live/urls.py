"""Join links, the practice room, the room's own events: without a language in the address."""

app_name = "live"
urlpatterns: list = []
