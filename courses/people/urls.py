"""Log in, profile, letters, people of a school."""

from django.urls import path

from courses.people.views import account, session

app_name = "people"
urlpatterns = [
    path("login/", session.login, name="login"),
    path("logout/", session.logout, name="logout"),
    path("demo-login/", session.demo_login, name="demo_login"),
    path("profile/", account.profile, name="profile"),
]
