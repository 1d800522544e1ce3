"""Which pages `manage.py pictures` takes, and as whom."""

from dataclasses import dataclass

TEACHER, OTHER_TEACHER, WAITING, TRAINER, ADVISER = (
    "prof.demo",
    "prof.deux",
    "prof.attente",
    "formatrice.demo",
    "conseil.demo",
)
AUTHOR, REVIEWER, TRANSLATOR = "redaction.demo", "relecture.demo", "traduction.demo"
STUDENT, TUTOR, LEADER, GUARDIAN = "eleve.demo", "pp.demo", "direction.demo", "famille.demo"
EDITOR, MENU = "wagtailadmin_pages:edit", "footer [data-w-dropdown-target=toggle]"


@dataclass(frozen=True)
class Picture:
    """A page: its address (a path, or the name of an address), who looks at it, and what is done
    there before it is taken.
    """

    name: str
    at: str
    login: str = ""
    follow: str = ""  # a CSS selector: the first link that matches
    paths: tuple[str, str] | None = None  # where the address differs by language
    about: str = ""  # a page of the tree, whose number stands in the address
    tree: str = ""  # in which language, if not in the picture's
    press: str = ""  # a CSS selector: what is pressed
    top: str = ""  # a CSS selector: in the documentation the picture begins here
    high: int = 0  # there, too: so many pixels of the page, if not as many as of others


PICTURES = [
    Picture("home", "", paths=("/fr/", "/en/")),
    Picture("about", "", paths=("/fr/a-propos/", "/en/about/")),
    Picture("resource", "", paths=("/fr/ressources/educarte/", "/en/resources/educarte/")),
    Picture("topics", "", paths=("/fr/fiches/", "/en/guidance/")),
    Picture("topic", "", paths=("/fr/fiches/semaine/", "/en/guidance/week/")),
    Picture(
        "guidance",
        "",
        paths=(
            "/fr/fiches/semaine/premiere-classe-virtuelle/",
            "/en/guidance/week/first-virtual-class/",
        ),
    ),
    Picture("guidance-missing", "guidance:page", about="guidance/everyone/minors-data"),
    Picture("news", "", paths=("/fr/actualites/", "/en/news/")),
    Picture("search", "", paths=("/fr/search/?q=ordinatuer", "/en/search/?q=studnet")),
    Picture("opinion", "guidance:opinion", about="guidance/week/virtual-class"),
    Picture("help", "", paths=("/fr/aide/", "/en/help/")),
    Picture("privacy", "", paths=("/fr/donnees-personnelles/", "/en/privacy/")),
    Picture("accessibility", "", paths=("/fr/accessibilite/", "/en/accessibility/")),
    Picture("login", "people:login"),
    Picture("not-found", "", paths=("/fr/nulle-part/", "/en/nowhere/")),
    Picture("today-teacher", "today:home", TEACHER),
    Picture("today-two-schools", "today:home", OTHER_TEACHER),
    Picture("today-trainer", "today:home", TRAINER),
    Picture("today-adviser", "today:home", ADVISER),
    Picture("profile", "people:profile", TEACHER),
    Picture("catalogue-visitor", "training:catalogue"),
    Picture("catalogue", "training:catalogue", TEACHER),
    Picture("catalogue-month", "training:catalogue_month", TEACHER),
    Picture("session", "training:catalogue", TEACHER, follow="main .row__title a"),
    Picture("my-trainings", "training:mine", TEACHER),
    Picture("my-trainings-waiting", "training:mine", WAITING),
    Picture("my-certificates", "training:certificates", TEACHER),
    Picture("verify", "training_open:verify_form"),
    Picture("messages", "people:letters", TEACHER),
    Picture("room", "today:home", TEACHER, follow='main a[href*="/join/"]'),
    Picture("my-sessions", "training:my_sessions", TRAINER),
    Picture("sheets", "training:sheets", TRAINER),
    Picture("sheet", "training:sheets", TRAINER, follow='main a[href*="/sheets/"]'),
    Picture("week", "continuity:week", STUDENT),
    Picture("to-hand-in", "continuity:to_hand_in", STUDENT),
    Picture("hand-in", "continuity:to_hand_in", STUDENT, follow='main a[href$="/hand-in/"]'),
    Picture("answers", "continuity:answers", STUDENT),
    Picture("answered", "continuity:answers", STUDENT, follow='main a[href*="/answers/"]'),
    Picture("student-classes", "continuity:my_classes", STUDENT),
    Picture("classes", "continuity:classes", TEACHER),
    Picture("planner", "continuity:classes", TEACHER, follow='main a[href*="/plan/"]'),
    Picture("library", "continuity:library", TEACHER),
    Picture("queue", "continuity:queue", TEACHER),
    Picture("write-answer", "continuity:queue", TEACHER, follow='main a[href*="/write/"]'),
    Picture("rolls", "continuity:rolls", TEACHER),
    Picture("roll", "continuity:rolls", TEACHER, follow='main h3 a[href*="/rolls/"]'),
    Picture("today-tutor", "today:home", TUTOR),
    Picture("today-leader", "today:home", LEADER),
    Picture("board", "continuity:board", LEADER),
    Picture("silent", "continuity:silent", TUTOR),
    Picture("survey", "continuity:survey", STUDENT),
    Picture("pool", "continuity:equipment", LEADER, follow='main a[href$="/equipment/"]'),
    Picture("needs", "continuity:equipment", LEADER, follow='main a[href$="/needs/"]'),
    Picture("desk", "continuity:equipment", LEADER, follow='main a[href$="/desk/"]'),
    Picture("children", "continuity:children", GUARDIAN),
    Picture("child-week", "continuity:children", GUARDIAN, follow=".child__who a"),
    Picture("region-things", "continuity:region_things", ADVISER, high=760),
    Picture("planning", "training:planning", ADVISER),
    Picture("people-of-a-session", "training:planning", ADVISER, follow='main a[href$="/list/"]'),
    Picture("new-session", "training:new_session", ADVISER),
    Picture("parity", "guidance:parity", ADVISER, high=1220),
    Picture(
        "side-by-side",
        "guidance:side_by_side",
        TRANSLATOR,
        about="guidance/week/virtual-class",
        top=".abreast.is-wait",
    ),
    Picture("pages-to-check", "guidance:overdue", ADVISER),
    Picture("keepers", "guidance:keepers", ADVISER, about="guidance/everyone/accessible-documents"),
    Picture("dead-links", "guidance:dead_links", ADVISER),
    Picture("opinions", "guidance:opinions", ADVISER),
    Picture("answer", "guidance:opinions", ADVISER, follow="main th a"),
    Picture("missed-searches", "guidance:missed_searches", ADVISER),
    Picture("urgent", "guidance:urgent", AUTHOR, about="guidance/week/virtual-class", high=900),
    Picture("begin", "begin_page", ADVISER, about="guidance/week", high=760),
    Picture("editor", EDITOR, AUTHOR, about="guidance/week/bearable-week", tree="fr"),
    Picture(
        "submit",
        EDITOR,
        AUTHOR,
        about="guidance/week/bearable-week",
        tree="fr",
        press=MENU,
        high=900,
    ),
    Picture(
        "review",
        EDITOR,
        REVIEWER,
        about="guidance/week/ent-saturated",
        tree="fr",
        press=MENU,
        high=900,
    ),
    Picture("editor-english", EDITOR, TRANSLATOR, about="guidance/week/virtual-class", tree="en"),
    Picture("roles", "scopes:index", ADVISER),
]
