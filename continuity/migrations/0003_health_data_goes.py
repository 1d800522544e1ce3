"""Documents of absences and exemptions are erased; free reasons become a motive of a closed list, or nothing.

There is no way back: what this erases mustn't be held (GDPR, article 9).
"""

import logging
import re

from django.core.files.storage import storages
from django.db import migrations
from django.utils import timezone

log = logging.getLogger(__name__)

# The first that matches; whatever matches none says nothing more than that the school agreed.
MOTIVES = {
    "placement": r"\b(stages?|pfmp|entreprise|internship|placement)\b",
    "activity": r"\b(sorties?|voyages?|tournois?|unss|musée|théâtre|outing|trip)\b",
    "official": r"\b(examens?|concours|compétitions?|préfecture|permis|journée défense|jdc|exam|competition)\b",
    "arranged": r"\b(aménag\w*|allégé|emploi du temps|arrang\w*|timetable)\b",
}
HEALTH = re.compile(
    r"malad|médic|medic|médec|docteur|hospital|hôpital|clinique|opér|chirurg|bless|entorse|fractur|plâtre|genou|kiné|grippe|covid|angine"
    r"|fièvre|migraine|asthme|allerg|handicap|psy|dépress|dys|enceinte|grossesse|certificat|santé|soins|\bPAI\b|accueil individualisé"
    r"|ill\b|illness|sick|doctor|surgery|injur|health|décès|deuil|divorce|funeral|obsèques",
    re.IGNORECASE,
)
ERASED = "[…]"


def motive_of(text: str) -> str:
    if HEALTH.search(text):
        return "agreed"
    return next((motive for motive, words in MOTIVES.items() if re.search(words, text, re.IGNORECASE)), "agreed")


def erase_file(row) -> None:
    if row.document:
        storages["private"].delete(row.document.name)


def forwards(apps, schema_editor):
    exemption, correction, line, extension = (
        apps.get_model("continuity", name) for name in ("Exemption", "RollCorrection", "RollLine", "Extension")
    )
    files = mapped = blanked = 0
    for row in exemption.objects.iterator():
        row.motive = motive_of(row.reason)
        mapped += row.motive != "agreed"
        blanked += row.motive == "agreed" and row.reason != ""
        if row.document:
            erase_file(row)
            row.document_seen_on = timezone.localdate(row.entered_at)
            files += 1
        row.document, row.reason = "", ""
        row.save(update_fields=["motive", "document_seen_on", "document", "reason"])
    for row in correction.objects.exclude(document="").iterator():
        erase_file(row)
        files += 1
        row.document, row.saw_a_document = "", True
        row.save(update_fields=["document", "saw_a_document"])
    blanked += line.objects.exclude(leave_reason="").update(leave_reason="")
    health = 0
    for model, rest in ((line, ""), (extension, ""), (correction, ERASED)):
        for row in model.objects.exclude(reason="").iterator():
            if HEALTH.search(row.reason):
                model.objects.filter(pk=row.pk).update(reason=rest)
                health += 1
    if files or mapped or blanked or health:
        log.warning(
            "health data: %s documents erased, %s reasons became a motive, %s reasons of leaves and %s other reasons blanked",
            files,
            mapped,
            blanked,
            health,
        )


class Migration(migrations.Migration):
    dependencies = [("continuity", "0002_motives_without_health")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop, elidable=True)]
