"""Wagtail's groups, page permissions and collections, derived from scopes: nobody edits them by
hand.

One group for each role, topic and language that somebody holds today. A group's permissions follow
from its name's three parts alone, so that all of them can be derived anew at any time, in a number
of queries that doesn't grow.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from cms.guidance.enums import SOURCE_LANGUAGE, TARGET_LANGUAGE, EditorialRole, Letters
from cms.guidance.models import HomePage, Pair, Scope
from courses.mail import services as mail
from courses.people.models import Person

PREFIX = "guidance:"
FOR_ALL = "all"
COMMON = "Pour toutes les rubriques"  # a collection's name is the same in both languages
LANGUAGES = (SOURCE_LANGUAGE, TARGET_LANGUAGE)

ON_PAGES = {
    EditorialRole.AUTHOR: {"add_page", "change_page"},
    EditorialRole.TRANSLATOR: {"add_page", "change_page"},
    EditorialRole.REVIEWER: {"change_page"},
    EditorialRole.PUBLISHER: {"publish_page", "lock_page", "unlock_page"},
    EditorialRole.CHIEF: {
        "add_page",
        "change_page",
        "publish_page",
        "bulk_delete_page",
        "lock_page",
        "unlock_page",
    },
}
FILES = ("image", "document")
CHOOSES = {f"choose_{kind}" for kind in FILES}
WRITES = CHOOSES | {f"{verb}_{kind}" for verb in ("add", "change") for kind in FILES}
ON_FILES = {
    EditorialRole.AUTHOR: WRITES,
    EditorialRole.TRANSLATOR: WRITES,
    EditorialRole.REVIEWER: WRITES,
    EditorialRole.PUBLISHER: CHOOSES,
    EditorialRole.CHIEF: WRITES,
}
KEEPS_SCOPES = {f"{verb}_scope" for verb in ("add", "change", "delete", "view")}

Key = tuple[str, int | None, str]  # role, topic's pair, language


@dataclass(frozen=True)
class Collections:
    root: Collection
    common: Collection  # what all may choose from
    of_topics: dict[int, Collection]  # by the topic's pair


def begin_with(person: Person) -> Scope:
    """Make somebody chief adviser: who keeps the scopes of all others. Idempotent."""
    with transaction.atomic():
        scope, _made = Scope.objects.get_or_create(
            person=person, role=EditorialRole.CHIEF, topic=None, language=""
        )
        keep_editors()
    return scope


def follow_scopes(*people: Person, by: Person) -> None:
    """Somebody changed the scopes of these persons: their groups follow, and each of them is told."""
    with transaction.atomic():
        keep_editors()
        for person in {person.pk: person for person in people}.values():
            if person.pk != by.pk:
                key = f"editorial-roles:{person.pk}:{uuid.uuid4().hex}"
                mail.post(
                    Letters.ROLES_CHANGED,
                    about=person,
                    to=person,
                    key=key,
                    details={"by": by.display_name},
                )


def keep_editors() -> int:
    """Put everybody's groups right, and the permissions of each group.

    Return how many rows it changed; may run twice.
    """
    with transaction.atomic():
        topics = {
            pair.pk: pair
            for pair in Pair.objects.filter(kind="topicpage").select_related(
                "french", "english", "collection"
            )
        }
        collections = keep_collections(topics)
        holders = holders_today()
        groups, changed = keep_groups(holders, topics)
        changed += keep_members(groups, holders)
        changed += keep_page_permissions(groups, topics)
        changed += keep_collection_permissions(groups, collections)
    return changed


def holders_today() -> dict[Key, set[int]]:
    """Holders of each role, by topic and language."""
    holders = defaultdict(set)
    for scope in Scope.objects.current():
        for language in [scope.language] if scope.language else LANGUAGES:
            holders[scope.role, scope.topic_id, language].add(scope.person_id)
    return holders


def name_of(key: Key, topics: dict[int, Pair]) -> str:
    role, topic, language = key
    return f"{PREFIX}{role}:{topics[topic].public_id if topic else FOR_ALL}:{language}"


def keep_groups(
    holders: dict[Key, set[int]], topics: dict[int, Pair]
) -> tuple[dict[Key, Group], int]:
    """One for each key that somebody holds; those of nobody go, with all that they let do."""
    keys = {name_of(key, topics): key for key in holders}
    there = {
        group.name: group
        for group in Group.objects.filter(name__startswith=PREFIX).prefetch_related("permissions")
    }
    if past := [group.pk for name, group in there.items() if name not in keys]:
        Group.objects.filter(pk__in=past).delete()
    missing = [name for name in keys if name not in there]
    there |= {name: Group.objects.create(name=name) for name in missing}
    keep_scopes = None
    for name, (role, _topic, _language) in keys.items():
        known = (
            {permission.codename for permission in there[name].permissions.all()}
            if name not in missing
            else set()
        )
        if known != (KEEPS_SCOPES if role == EditorialRole.CHIEF else set()):
            keep_scopes = keep_scopes or list(
                Permission.objects.filter(content_type__app_label="cms", codename__in=KEEPS_SCOPES)
            )
            there[name].permissions.set(keep_scopes if role == EditorialRole.CHIEF else [])
    return {key: there[name] for name, key in keys.items()}, len(past) + len(missing)


def keep_members(groups: dict[Key, Group], holders: dict[Key, set[int]]) -> int:
    through = Person.groups.through
    wanted = {(person, groups[key].pk) for key, people in holders.items() for person in people}
    there = {
        (row.person_id, row.group_id): row.pk
        for row in through.objects.filter(group__in=[group.pk for group in groups.values()])
    }
    wrong = [pk for pair, pk in there.items() if pair not in wanted]
    if wrong:
        through.objects.filter(pk__in=wrong).delete()
    missing = [
        through(person_id=person, group_id=group) for person, group in sorted(wanted - there.keys())
    ]
    through.objects.bulk_create(missing, ignore_conflicts=True)
    return len(wrong) + len(missing)


def keep_page_permissions(groups: dict[Key, Group], topics: dict[int, Pair]) -> int:
    homes = {page.locale.language_code: page for page in HomePage.objects.select_related("locale")}
    known = permissions_named("page")

    def page_of(topic: int | None, language: str) -> Page | None:
        if topic is None:
            return homes.get(language)
        return topics[topic].french if language == SOURCE_LANGUAGE else topics[topic].english

    wanted = {
        (group.pk, page.pk, known[name])
        for (role, topic, language), group in groups.items()
        if (page := page_of(topic, language))
        for name in ON_PAGES[EditorialRole(role)]
    }
    return put_right(GroupPagePermission, "page_id", groups.values(), wanted)


def keep_collection_permissions(groups: dict[Key, Group], collections: Collections) -> int:
    known = permissions_named(*FILES)
    wanted = set()
    for (role, topic, _language), group in groups.items():
        place = collections.of_topics[topic] if topic else collections.root
        wanted |= {(group.pk, place.pk, known[name]) for name in ON_FILES[EditorialRole(role)]}
        if topic:
            wanted |= {(group.pk, collections.common.pk, known[name]) for name in CHOOSES}
    return put_right(GroupCollectionPermission, "collection_id", groups.values(), wanted)


def put_right(
    model: type[Any], place: str, groups: Iterable[Group], wanted: set[tuple[int, int, int]]
) -> int:
    """Rows of (group, place, permission): away with those too many, here with those missing."""
    there = {
        (row.group_id, getattr(row, place), row.permission_id): row.pk
        for row in model.objects.filter(group__in=[group.pk for group in groups])
    }
    wrong = [pk for key, pk in there.items() if key not in wanted]
    if wrong:
        model.objects.filter(pk__in=wrong).delete()
    missing = [
        model(group_id=group, permission_id=permission, **{place: pk})
        for group, pk, permission in sorted(wanted - there.keys())
    ]
    model.objects.bulk_create(missing)
    return len(wrong) + len(missing)


def permissions_named(*models: str) -> dict[str, int]:
    rows = Permission.objects.filter(
        content_type__app_label__in=["wagtailcore", "wagtailimages", "wagtaildocs"]
    )
    return dict(rows.filter(content_type__model__in=models).values_list("codename", "pk"))


def keep_collections(topics: dict[int, Pair]) -> Collections:
    """Give each topic its own collection, below that of the topic above it, and named after it."""
    root = Collection.get_first_root_node() or Collection.add_root(name="Root")
    common = root.get_children().filter(name=COMMON).first() or root.add_child(name=COMMON)
    of_topics: dict[int, Collection] = {}
    # A topic's topic comes first: its collection holds the others.
    for pair in sorted(topics.values(), key=lambda pair: len(line_of(pair, topics))):
        above = of_topics.get(pair.topic_id, root) if pair.topic_id else root
        of_topics[pair.pk] = keep_collection(pair, above)
    return Collections(root, common, of_topics)


def keep_collection(pair: Pair, above: Collection) -> Collection:
    """Move and rename a topic's collection; asks nothing where nothing changed."""
    name, collection = str(pair)[:255], pair.collection
    if collection is None:
        collection = Collection.objects.get(pk=above.pk).add_child(name=name)
        Pair.objects.filter(pk=pair.pk).update(collection=collection)
        return collection
    if collection.name != name:
        collection.name = name
        Collection.objects.filter(pk=collection.pk).update(name=name)
    if collection.path[: -collection.steplen] != above.path:
        # Read anew: one that was made or moved before it may have pushed its neighbours on.
        collection, above = (
            Collection.objects.get(pk=collection.pk),
            Collection.objects.get(pk=above.pk),
        )
        if not collection.is_child_of(above):
            collection.move(above, pos="sorted-child")
        collection.refresh_from_db()
    return collection


def line_of(pair: Pair, topics: dict[int, Pair]) -> list[int]:
    """The topics above a topic."""
    line: list[int] = []
    above = topics.get(pair.topic_id) if pair.topic_id else None
    while above and above.pk not in line:
        line.append(above.pk)
        above = topics.get(above.topic_id) if above.topic_id else None
    return line
