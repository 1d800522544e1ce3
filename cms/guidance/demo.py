"""The demo's editors, and what happened to their pages: invented, on the pages that are not."""

import datetime
import uuid

from cms.guidance.models import Pair
from cms.guidance.services import care, links, opinions, trees


def load(world, say) -> None:
    """After the pages are planted."""
    load_care(world, say)


# Who keeps the pages, what readers said, what leads nowhere

SAID = [
    # (page, yes?, words, who: a login or a visitor, days ago, answer)
    (
        "guidance/week/virtual-class",
        False,
        "L’étape sur le micro est claire, mais que faire quand la moitié de la classe n’a que le son ?",
        "prof.demo",
        2,
        "",
    ),
    (
        "guidance/week/bearable-week",
        True,
        "Le tableau des minutes par discipline a servi tel quel au conseil pédagogique. Merci.",
        "prof.deux",
        12,
        "Merci à vous. Nous y ajoutons une ligne pour l’EPS à la prochaine mise à jour.",
    ),
    ("guidance/equipment/photos", True, "", None, 5, ""),
    ("guidance/week/bearable-week", True, "", None, 3, ""),
    ("guidance/week/virtual-class", True, "", None, 8, ""),
]
OVERDUE, NEAR = "guidance/everyone/accessible-documents", "guidance/equipment/lending"
LEADS_NOWHERE = "accessibility"


def load_care(world, say) -> None:
    """Keepers for pages that have none, a check ignored twice, one that is near, opinions, and a link found dead."""
    pairs = {key: Pair.objects.get(translation_key=trees.key_of(key)) for key in trees.PLACES if trees.has_words(key, "fr")}
    share_out(world, pairs.values())
    Pair.objects.filter(pk=pairs[OVERDUE].pk).update(
        owner=world.people["conseil.demo"],
        check_on=world.today - datetime.timedelta(days=15),
        checked_at=world.now - datetime.timedelta(days=197),
    )
    for days in (15, 1):
        care.remind(world.now - datetime.timedelta(days=days))
    Pair.objects.filter(pk=pairs[NEAR].pk).update(owner=world.people["conseil.demo"], check_on=world.today + datetime.timedelta(days=5))
    for number, (key, was_useful, words, login, days, answer) in enumerate(SAID):
        at = world.now - datetime.timedelta(days=days)
        said = opinions.say(
            pair=pairs[key],
            key=uuid.UUID(int=number + 1),
            language="fr",
            was_useful=was_useful,
            words=words,
            person=world.people[login] if login else None,
            now=at,
        )
        if answer:
            opinions.answer(opinion=said, words=answer, by=said.pair.owner, now=at + datetime.timedelta(days=1))
    found = links.look(Pair.objects.with_pages().get(pk=pairs[LEADS_NOWHERE].pk), now=world.now)
    say(f"{len(SAID)} opinions of readers, one check overdue, {len(found)} dead links (pretended)")


def share_out(world, pairs) -> None:
    """Pages that nobody keeps go to the demo's advisers in turn, each with a deputy, and their checks stand apart."""
    advisers = world.advisers
    for number, pair in enumerate(pair for pair in pairs if pair.owner is None):
        pair.owner, pair.deputy = advisers[number % len(advisers)], advisers[(number + 1) % len(advisers)]
        if pair.check_on:
            pair.check_on = world.today + datetime.timedelta(days=30 + 11 * number)
        pair.save(update_fields=["owner", "deputy", "check_on"])
