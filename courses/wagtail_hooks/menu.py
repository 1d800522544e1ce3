"""Ways to log in, and what stands under one's name."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from courses.digest.enums import Hook
from courses.digest.values import MenuEntry
from courses.documents.queries import papers_backlog
from courses.launches.permissions import opens_resources, reads_own_launches
from courses.live.queries import presence_backlog
from courses.mail.queries import letters_backlog
from courses.people.permissions import is_registrar, keeps_students, works_in_admin
from courses.signin.views import login as signin


@hooks.register(Hook.LOGIN)
def login_ways(request, to):
    """Identity providers on the login page."""
    return signin.login_ways(request, to)


@hooks.register(Hook.SESSION)
def other_accounts(session):
    """The way to the person's other accounts, where the identity provider named several."""
    return signin.other_accounts(session)


@hooks.register(Hook.ACCOUNT)
def resources_under_the_name(person):
    entries = []
    has_left = person.is_authenticated and not person.roles
    if opens_resources(person) or (has_left and reads_own_launches(person)):
        url = reverse("launches:mine")
        entries.append(MenuEntry(_("My resources"), url, "book-open", order=5))
    return entries


@hooks.register(Hook.BACKLOG)
def what_waits(now):
    """Emails, presence, papers."""
    return [letters_backlog(now), presence_backlog(now), papers_backlog()]


@hooks.register(Hook.ACCOUNT)
def my_letters(person):
    """Menu entries under a person's name."""
    entries = [
        MenuEntry(label=_("My emails"), url=reverse("people:letters"), icon="mail", order=80)
    ]
    if keeps_students(person):
        entries.append(
            MenuEntry(
                label=_("Students’ accounts"),
                url=reverse("people:students"),
                icon="users",
                order=82,
            )
        )
    if is_registrar(person):
        entries.append(
            MenuEntry(
                label=_("Tables"), url=reverse("people:import_people"), icon="upload", order=85
            )
        )
        entries.append(
            MenuEntry(
                label=_("Sets of the académie"),
                url=reverse("roster:academy"),
                icon="users",
                order=86,
            )
        )
    if works_in_admin(person):
        entries.append(
            MenuEntry(
                label=_("Administration"),
                url=reverse("wagtailadmin_home"),
                icon="settings",
                order=90,
            )
        )
    return entries
