#!/usr/bin/env python
"""Passerelle's command line: `manage.py demo` shows the product, any other command serves development."""

import os
import sys

# These work on the demo's data, with its settings.
OF_THE_DEMO = {"demo", "pictures", "bench"}


def main() -> None:
    of_the_demo = len(sys.argv) > 1 and sys.argv[1] in OF_THE_DEMO
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.demo" if of_the_demo else "cms.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
