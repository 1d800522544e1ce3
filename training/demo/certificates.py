"""Two requests to correct a certificate: one was met by a second version, one waits for an answer."""

import datetime

from training.models import Certificate
from training.services import certificate_corrections as corrections
from training.values import CertificateChange

DAY = datetime.timedelta(days=1)
ANSWERED, WAITING = "prof.deux", "prof.attente"
USAGE_NAMES = {ANSWERED: "Delaunay", WAITING: "Le Cointre"}
REASONS = {
    ANSWERED: "Je porte ce nom d’usage depuis octobre.",
    WAITING: "Mon nom d’usage n’était pas encore dans mon compte.",
}


def correct(world) -> None:
    for login, days in ((ANSWERED, 6), (WAITING, 2)):
        holder = world.people[login]
        certificate = (
            Certificate.objects.visible_to(holder)
            .filter(issued_at__lt=world.now - days * DAY)
            .first()
        )
        if certificate is None:
            continue
        asked = corrections.ask(
            certificate=certificate,
            change=CertificateChange(name=f"{holder.given_name} {USAGE_NAMES[login].upper()}"),
            reason=REASONS[login],
            now=world.now - days * DAY,
        )
        if login == ANSWERED:
            corrections.replace(
                request=asked, by=world.advisers[0], now=world.now - (days - 1) * DAY
            )
