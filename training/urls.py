"""Training's addresses: `urlpatterns` under a language, `open_urlpatterns` without one."""

app_name = "training"
urlpatterns: list = []
open_urlpatterns: list = []
