"""No address yet: the app is empty, see README.md."""

app_name = "continuity"
urlpatterns: list = []
open_urlpatterns: list = []
