"""`manage.py renew_lti_key`: another key that signs LTI launches, shown to tools before its use."""

import datetime

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from courses.launches import storage
from courses.people.models import today


class Command(BaseCommand):
    help = (
        "Make the next key for LTI launches in PASSERELLE_LTI_KEYS, and delete those that are past"
        " use. It signs from the day after tomorrow on; the first key of a site signs at once."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--at-once",
            action="store_true",
            help="sign with it from today on, because the present key was seen by others: tools that"
            " keep our public keys refuse launches until they fetch them again",
        )

    def handle(self, *, at_once: bool, **options):
        folder, day = settings.LTI_KEYS, today()
        if not folder:
            raise CommandError("Set PASSERELLE_LTI_KEYS: the folder of the keys.")
        try:
            keys = storage.keys_in(folder, day)
            begins_on = _begins_on(keys, day, at_once=at_once)
            path = storage.make_key(folder, begins_on)
            deleted = storage.forget_old_keys(folder, day)
        except FileExistsError as fault:
            words = "To make another, delete its file first." if at_once else ""
            raise CommandError(f"A key begins on {begins_on} already. {words}".strip()) from fault
        except (OSError, ValueError) as fault:
            raise CommandError(f"{folder} can’t be used: {fault}") from fault
        self.stdout.write(f"{path} signs from {begins_on} on. Old keys deleted: {len(deleted)}.")


def _begins_on(
    keys: list[storage.SigningKey], day: datetime.date, *, at_once: bool
) -> datetime.date:
    if at_once or not keys:
        return day
    if keys[0].begins_on > day:
        raise CommandError(f"A key that begins on {keys[0].begins_on} is there already.")
    return day + storage.BEFORE_USE
