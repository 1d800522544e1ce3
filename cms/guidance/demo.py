"""The demo's editors, and what happened to their pages: invented, on the pages that are not."""

import datetime
import tomllib
import uuid

from wagtail.models import Page

from cms.guidance.enums import SOURCE_LANGUAGE, EditorialRole
from cms.guidance.models import Pair, Scope
from cms.guidance.services import care, editors, links, opinions, trees
from courses.required import required

TEXTS = tomllib.loads((trees.CONTENT / "demo.toml").read_text(encoding="utf-8"))


def load(world, say) -> None:
    """Load editors and care, after the pages are planted."""
    load_editors(world, say)
    load_care(world, say)


# Who writes what, and two texts on their way

SCOPES = [
    # (login, role, topic, language)
    ("conseil.demo", EditorialRole.CHIEF, None, ""),
    ("redaction.demo", EditorialRole.AUTHOR, "guidance/week", ""),
    ("redaction.demo", EditorialRole.AUTHOR, "guidance/equipment", ""),
    ("relecture.demo", EditorialRole.REVIEWER, "guidance", ""),
    ("relecture.demo", EditorialRole.PUBLISHER, "guidance", ""),
    ("traduction.demo", EditorialRole.TRANSLATOR, "guidance", ""),
]


def load_editors(world, say) -> None:
    """Roles for the demo's advisers, a text that waits for its review, and one that came back with
    a comment.
    """
    for login, role, topic, language in SCOPES:
        pair = Pair.objects.get(translation_key=trees.key_of(topic)) if topic else None
        Scope.objects.create(person=world.people[login], role=role, topic=pair, language=language)
    editors.keep_editors()
    author, reviewer = world.people["redaction.demo"], world.people["relecture.demo"]
    waiting, returned = TEXTS["in_review"], TEXTS["sent_back"]
    submitted(waiting["page"], waiting["lead"], author)
    task = submitted(returned["page"], returned["lead"], author).current_workflow_task_state
    task.reject(user=reviewer, comment=returned["comment"])
    say(f"{len(SCOPES)} editorial roles, one text in review, one sent back")


def submitted(key: str, lead: str, author) -> Page:
    """A new summary for a page, submitted for review."""
    page = Page.objects.get(
        translation_key=trees.key_of(key), locale__language_code=SOURCE_LANGUAGE
    ).specific
    draft = page.get_latest_revision_as_object()
    draft.lead = lead
    draft.save_revision(user=author)
    page.refresh_from_db()
    page.get_workflow().start(page, author)
    return page


# Who keeps the pages, what readers said, what leads nowhere

OVERDUE, NEAR = "guidance/everyone/accessible-documents", "guidance/equipment/lending"
LEADS_NOWHERE = "accessibility"


def load_care(world, say) -> None:
    """Keepers for pages that have none, a check ignored twice, one that is near, opinions, and a
    link found dead.
    """
    pairs = {
        key: Pair.objects.get(translation_key=trees.key_of(key))
        for key in trees.PLACES
        if trees.has_words(key, "fr")
    }
    front = world.people["conseil.demo"]
    share_out(world, pairs.values())
    kept_by_front = [
        pairs[key]
        for key in (OVERDUE, NEAR, LEADS_NOWHERE, *(row["page"] for row in TEXTS["opinion"]))
    ]
    deputy = next(adviser for adviser in world.advisers if adviser != front)
    Pair.objects.filter(pk__in=[pair.pk for pair in kept_by_front]).update(
        owner=front, deputy=deputy
    )
    Pair.objects.filter(pk=pairs[OVERDUE].pk).update(
        check_on=world.today - datetime.timedelta(days=15),
        checked_at=world.now - datetime.timedelta(days=197),
    )
    for days in (15, 1):
        care.remind(world.now - datetime.timedelta(days=days))
    Pair.objects.filter(pk=pairs[NEAR].pk).update(check_on=world.today + datetime.timedelta(days=5))
    for number, row in enumerate(TEXTS["opinion"]):
        at = world.now - datetime.timedelta(days=row["days_ago"])
        said = opinions.say(
            pair=Pair.objects.select_related("owner").get(pk=pairs[row["page"]].pk),
            key=uuid.UUID(int=number + 1),
            language="fr",
            was_useful=row["was_useful"],
            words=row.get("words", ""),
            person=world.people[row["by"]] if "by" in row else None,
            now=at,
        )
        if "answer" in row:
            opinions.answer(
                opinion=said,
                words=row["answer"],
                by=required(said.pair.owner),
                now=at + datetime.timedelta(days=1),
            )
    found = links.look(Pair.objects.with_pages().get(pk=pairs[LEADS_NOWHERE].pk), now=world.now)
    say(
        f"{len(TEXTS['opinion'])} opinions of readers, one check overdue, {len(found)} dead links"
        " (pretended)"
    )


def share_out(world, pairs) -> None:
    """Pages that nobody keeps go to the demo's advisers in turn, each with a deputy, and their
    checks stand apart.
    """
    advisers = world.advisers
    for number, pair in enumerate(pair for pair in pairs if pair.owner is None):
        pair.owner, pair.deputy = (
            advisers[number % len(advisers)],
            advisers[(number + 1) % len(advisers)],
        )
        if pair.check_on:
            pair.check_on = world.today + datetime.timedelta(days=30 + 11 * number)
        pair.save(update_fields=["owner", "deputy", "check_on"])
