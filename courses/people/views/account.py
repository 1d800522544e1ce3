"""One's own account."""

from django.shortcuts import render

from courses.people.permissions import requires, signed_in


@requires(signed_in)
def profile(request):
    return render(request, "people/profile.html", {})
