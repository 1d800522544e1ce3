"""Log in, profile, letters, people of a school."""


app_name = "people"
urlpatterns: list = []
