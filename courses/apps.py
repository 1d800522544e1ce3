from importlib import import_module

from django.apps import AppConfig
from django.core.checks import register
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("People, subscriptions and rooms")

    def ready(self):
        import_module("courses.live.checks")
        import_module("courses.launches.checks")
        import_module("courses.people.checks")
        import_module("courses.codes.receivers")
        import_module("courses.signin.checks")
        register(import_module("courses.jobs.checks").check_moved_tasks)
        register(import_module("courses.mail.registry").check_letters)
