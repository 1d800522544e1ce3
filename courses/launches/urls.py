"""Resources: mine, what they learn, opening them."""

from django.urls import path

from courses.launches.views import keys, lti, mine, practice

app_name = "launches"
urlpatterns = [
    path("my-resources/", mine.my_resources, name="mine"),
    path("my-resources/<slug:slug>/", mine.learns, name="learns"),
    path("my-resources/<slug:slug>/open/", mine.open_resource, name="open"),
    path("my-resources/<slug:slug>/choices/", mine.choose, name="choose"),
    path("my-resources/<slug:slug>/new-code/", mine.renew_code, name="renew_code"),
    path("my-resources/<slug:slug>/did-not-open/", mine.did_not_open, name="did_not_open"),
    path("resources/<slug:slug>/keys/", keys.resource_keys, name="keys"),
    path("resources/<slug:slug>/keys/secret/", keys.show_secret, name="show_secret"),
    path("resources/<slug:slug>/keys/new-secret/", keys.renew_secret, name="renew_secret"),
    path("resources/<slug:slug>/keys/test/", keys.launch_test, name="launch_test"),
    path("resources/<slug:slug>/keys/new-codes/", keys.renew_codes, name="renew_codes"),
    path("practice-resources/<slug:slug>/", practice.practice_resource, name="practice"),
    path("practice-resources/<slug:slug>/login/", practice.practice_login, name="practice_login"),
]
# Without a language: tools know these addresses.
open_urlpatterns = [
    path("lti/authorize/", lti.authorize, name="authorize"),
    path("lti/jwks.json", lti.public_keys, name="public_keys"),
]
