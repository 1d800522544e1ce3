#!/usr/bin/env python
"""Passerelle's command line: `manage.py demo` shows the product."""

import importlib.util
import os
import sys

# These work on the demo's data, with its settings.
OF_THE_DEMO = {"demo", "pictures", "bench", "grow", "plans"}
# These run on a server: without settings that are named they must not begin to send mails to a
# console.
OF_PRODUCTION = {
    "worker",
    "tick",
    "db_worker",
    "start_site",
    "send_failed_letters",
    "back_up",
    "finish_restore",
    "restore",
}


def settings_module() -> str:
    """Without DJANGO_SETTINGS_MODULE: development only where its packages are installed, else
    production, which says what it needs.
    """
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command in OF_THE_DEMO:
        return "cms.settings.demo"
    in_development = importlib.util.find_spec("pytest") is not None
    return (
        "cms.settings.dev"
        if in_development and command not in OF_PRODUCTION
        else "cms.settings.production"
    )


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module())
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
