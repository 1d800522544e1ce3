"""The hooks' names: what the roof asks every product."""

from enum import Enum

from courses.documents.enums import PAPERS_HOOK


class Hook:
    """Wagtail hooks; each is answered in a product's `wagtail_hooks.py`. No product, no answer."""

    MENU = "passerelle_menu"  # (person) -> list[MenuEntry]; person may be anonymous
    DUE = "passerelle_due"  # (person, now) -> list[DueItem]
    # (person) -> address or "": where a person arrives, if not at what is due
    FIRST_PAGE = "passerelle_first_page"
    # (now) -> what was done, in words, or None: do what falls due this minute; may run twice
    TICK = "passerelle_tick"
    DEMO = (  # (world, say) -> None: load the demo's rows; say(text) reports progress
        "passerelle_demo"
    )
    # () -> list[BenchTarget]: pages and chores that `manage.py bench` measures
    BENCH = "passerelle_bench"
    # (subjects: frozenset[str], person, now) -> dict[subject, list[Upcoming]], soonest first. One
    # call for all that a page shows. A subject is "any", "resource:<slug>" or whatever a product
    # names in LIVE_SUBJECTS; of those it doesn't know it says nothing.
    LIVE = "passerelle_live"
    # () -> list[(subject, label in the active language)]: what an adviser may choose
    LIVE_SUBJECTS = "passerelle_live_subjects"
    # (slugs: frozenset[str], person, now) -> dict[slug, ResourceTile]: resources of the catalogue that
    # a page holds, each as this reader has it; those that they don't have are left out
    TILES = "passerelle_tiles"
    # () -> list[(slug, name)]: resources whose tile an adviser may choose
    TILE_CHOICES = "passerelle_tile_choices"
    # (keys: frozenset[str] | None, now) -> list[SearchHit], in every language: what anyone may find
    # about these things, or about all.
    SEARCHABLE = "passerelle_searchable"
    # (meeting, person, role) -> bool: False if a meeting of this product no longer gives the person
    # that role in its room. Asked at each entry, so that no change of roles has to find passes.
    ROOM_ROLE = "passerelle_room_role"
    # (meeting) -> address or "": where those who don't lead wait while nobody who does has come
    ROOM_WAITS = "passerelle_room_waits"
    # (meeting) -> courses.live.values.Elsewhere or None: another tool than our room, and plan B
    ROOM_ELSEWHERE = "passerelle_room_elsewhere"
    ACCOUNT = "passerelle_account"  # (person) -> list[MenuEntry] under the person's name
    SESSION = "passerelle_session"  # (session) -> list[MenuEntry]: the first ones under the name
    # (request, to) -> list[LoginWay]: ways to log in beside the password; `to` is where to go on
    LOGIN = "passerelle_login"
    # (now) -> list[courses.jobs.values.Backlog]: what people have asked for or sent, and a process has yet to do
    BACKLOG = "passerelle_backlog"
    # () -> list[PaperKind | ArchiveKind]: what can be asked for on paper (courses/documents/registry.py)
    PAPERS = PAPERS_HOOK
    # () -> dict[role, list["app_label.codename"]]: what a role's group may do in the admin
    PERMISSIONS = "passerelle_permissions"
    # () -> list[Follows]: what becomes of the package's rows that name a school, when it goes on as
    # another (courses/people/services/mergers.py)
    MERGERS = "passerelle_mergers"
    # (student, school) -> list[LeavingNote]: what staff should know before the student leaves it
    LEAVING = "passerelle_leaving"
    # (secret) -> address under which a guardian's personal link shows the child
    GUARDIAN_LINK = "passerelle_guardian_link"
    # () -> list[Register]: what the package holds about people (courses/digest/register.py)
    REGISTER = "passerelle_register"
    # () -> list[Measure]: what the product counts for the region, week by week (cms/indicators)
    MEASURES = "passerelle_measures"


class MeasureKind(Enum):
    """What a measure counts, which decides what a published table of it may show."""

    THINGS = "things"  # devices, sessions, weeks published: exact
    ACTS = "acts"  # hidden where they are 1 to 4, or where 1 to 4 people stand behind them
    PEOPLE = "people"  # hidden from 1 to 4
