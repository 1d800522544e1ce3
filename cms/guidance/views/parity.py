"""The board of both languages, for advisers: what each page needs, and the one thing to press."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_safe

from cms.guidance.enums import State
from cms.guidance.forms.board import BoardForm
from cms.guidance.models import Pair
from cms.guidance.queries import parity
from courses.people.permissions import PersonRequest, is_adviser, requires
from courses.tables.services.files import write_table
from courses.tables.values import Column
from courses.templatetags.passerelle import date_words

ON_A_PAGE = 25
WHOLE, DASHED, BROKEN = "whole", "dashed", "broken"


@dataclass(frozen=True)
class PageStanding:
    """State of a page in one language, with the address of its editor."""

    tone: str
    sign: str
    words: str
    url: str = ""


@dataclass(frozen=True)
class Action:
    label: str
    url: str
    posts: bool = False


@dataclass(frozen=True)
class ParityRow:
    pair: Pair
    title: str
    language: str  # of the title
    french: PageStanding
    english: PageStanding
    arc: str
    is_overdue: bool
    action: Action | None


@require_safe
@requires(is_adviser)
def board(request: PersonRequest) -> HttpResponse:
    """Every page with the state of both languages, what needs something first."""
    day, form = timezone.localdate(), BoardForm(request.GET)
    page = Paginator(found(request, form, day), ON_A_PAGE).get_page(request.GET.get("page"))
    counted = parity.figures(day)
    context = {
        "form": form,
        "page": page,
        "rows": rows_of(page.object_list, day),
        "figures": counted,
        "bars": bars(counted),
        "chart_says": chart_says(counted),
        "tabs": tabs(request, form.wanted["which"]),
        "which": form.wanted["which"],
        "sort": form.wanted["sort"],
        "is_filtered": form.is_filtered,
        "query": query_without(request, "page"),
    }
    return render(request, "guidance/parity.html", context)


@require_safe
@requires(is_adviser)
def export(request: PersonRequest) -> HttpResponse:
    """The same rows, all of them, as a file that a spreadsheet opens."""
    day, form = timezone.localdate(), BoardForm(request.GET)
    rows = [cells(shown) for shown in rows_of(found(request, form, day), day)]
    answer = HttpResponse(write_table(COLUMNS, rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = content_disposition_header(
        True, f"passerelle-{_('parity')}-{day.isoformat()}.csv"
    )
    return answer


def found(request: PersonRequest, form: BoardForm, day: datetime.date):
    return parity.board(request.user, day, **form.wanted)


def query_without(request: HttpRequest, *names: str) -> str:
    kept = request.GET.copy()
    for name in names:
        kept.pop(name, None)
    return kept.urlencode()


def tabs(request: HttpRequest, which: str) -> list[dict]:
    rest = query_without(request, "which", "page")
    return [
        {
            "label": label,
            "url": f"?which={name}{'&' if rest else ''}{rest}",
            "is_current": which == name,
        }
        for name, label in BoardForm.WHICH
    ]


# What a row says


def rows_of(pairs: Iterable[Pair], day: datetime.date) -> list[ParityRow]:
    pairs = list(pairs)
    translated = parity.translated_in_drafts(pairs)
    return [row(pair, day, translated.get(pair.pk)) for pair in pairs]


def row(pair: Pair, day: datetime.date, translated: tuple[int, int] | None) -> ParityRow:
    overdue = pair.is_overdue
    return ParityRow(
        pair=pair,
        title=str(pair),
        language="fr" if pair.french else "en",
        french=french(pair, day),
        english=english(pair, translated),
        arc=(
            WHOLE
            if pair.english_state == State.IN_STEP
            else BROKEN
            if State.MISSING in (pair.english_state, pair.french_state)
            else DASHED
        ),
        is_overdue=overdue,
        action=action(pair, overdue),
    )


def editor(page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk]) if page else ""


def french(pair: Pair, day: datetime.date) -> PageStanding:
    url = editor(pair.french)
    if pair.french is None:
        return PageStanding("warn", "circle-alert", pgettext("page", "Missing"))
    if pair.french_in_review:
        return PageStanding(
            "wait",
            "pencil",
            _("Correction in review") if pair.french.live else _("First version in review"),
            url,
        )
    if pair.french_state == State.DRAFT:
        was_online = pair.french.first_published_at is not None
        return PageStanding(
            "moved", "pencil", _("Taken down") if was_online else pgettext("page", "Draft"), url
        )
    if pair.is_overdue and pair.check_on:
        days = (day - pair.check_on).days
        return PageStanding(
            "warn",
            "clock",
            ngettext("To check for one day", "To check for %(days)s days", days) % {"days": days},
            url,
        )
    return PageStanding("done", "circle-check", pgettext("page", "Online"), url)


def english(pair: Pair, translated: tuple[int, int] | None) -> PageStanding:
    url = editor(pair.english)
    if pair.english is None:
        return PageStanding("warn", "circle-alert", pgettext("page", "Missing"))
    if pair.english_in_review:
        return PageStanding(
            "wait",
            "pencil",
            _("Correction in review") if pair.english.live else _("First version in review"),
            url,
        )
    if pair.english_state == State.DRAFT:
        done = translated and _("Draft, %(done)s of %(all)s blocks translated") % dict(
            zip(("done", "all"), translated, strict=True)
        )
        return PageStanding("moved", "pencil", done or pgettext("page", "Draft"), url)
    if pair.english_state == State.LIVE:
        return PageStanding("moved", "info", _("Online, without a translation"), url)
    if pair.english_state == State.BEHIND:
        return PageStanding("wait", "hourglass", behind_by(pair), url)
    return PageStanding("done", "circle-check", _("Up to date"), url)


def behind_by(pair: Pair) -> str:
    said = ngettext(
        "%(late)s block of %(all)s behind since %(day)s",
        "%(late)s blocks of %(all)s behind since %(day)s",
        pair.lag_blocks,
    )
    return said % {
        "late": pair.lag_blocks,
        "all": pair.source_blocks,
        "day": date_words(pair.lag_since),
    }


def action(pair: Pair, overdue: bool) -> Action | None:
    """The one thing that this page needs next."""
    if pair.french_state == State.DRAFT:
        return Action(_("Continue"), editor(pair.french))
    if overdue:
        return Action(_("Read again"), reverse("guidance:side_by_side", args=[pair.public_id]))
    if State.MISSING in (pair.english_state, pair.french_state):
        return Action(
            _("Translate"), reverse("guidance:translate", args=[pair.public_id]), posts=True
        )
    if pair.english_state == State.DRAFT:
        return Action(_("Continue"), editor(pair.english))
    if pair.english_state == State.BEHIND:
        return Action(_("Update English"), editor(pair.english))
    return None


# The chart


@dataclass(frozen=True)
class ParityBar:
    tone: str
    x: int
    width: int


def bars(counted: parity.ParityFigures, whole: int = 1000, gap: int = 8) -> list[ParityBar]:
    """Bars in step, behind, draft, missing: side by side, each as wide as its share; empty ones
    aren't drawn.
    """
    shares = [(tone, n) for tone, n in shares_of(counted) if n]
    room = whole - gap * (len(shares) - 1)
    total, x, drawn = sum(n for _tone, n in shares), 0, []
    for tone, number in shares:
        width = round(room * number / total)
        drawn.append(ParityBar(tone, x, width))
        x += width + gap
    return drawn


def shares_of(counted: parity.ParityFigures) -> list[tuple[str, int]]:
    return [
        ("done", counted.in_step),
        ("wait", counted.behind),
        ("moved", counted.draft),
        ("warn", counted.missing),
    ]


def chart_says(counted: parity.ParityFigures) -> str:
    return _(
        "English: %(in_step)s up to date, %(behind)s behind, %(draft)s drafts, %(missing)s missing"
    ) % vars(counted)


# The file


def nothing_said(key: str, english: str, french: str) -> Column:
    return Column(key, english, french, help="")


COLUMNS = [
    nothing_said("french_title", "Title in French", "Titre en français"),
    nothing_said("english_title", "Title in English", "Titre en anglais"),
    nothing_said("topic", "Topic", "Rubrique"),
    nothing_said("french", "French", "Français"),
    nothing_said("english", "English", "Anglais"),
    nothing_said("late", "Blocks behind", "Blocs en retard"),
    nothing_said("blocks", "Blocks", "Blocs"),
    nothing_said("since", "Behind since", "En retard depuis"),
    nothing_said("owner", "Owner", "Tenue par"),
    nothing_said("deputy", "Deputy", "Suppléance"),
    nothing_said("check_on", "To be checked by", "À vérifier"),
    nothing_said("address", "Address", "Adresse"),
]


def cells(shown: ParityRow) -> dict[str, str]:
    pair = shown.pair
    is_behind = pair.english_state == State.BEHIND
    topic = pair.topic and (pair.topic.french or pair.topic.english)
    return {
        "french_title": pair.french.title if pair.french else "",
        "english_title": pair.english.title if pair.english else "",
        "topic": topic.title if topic else "",
        "french": shown.french.words,
        "english": shown.english.words,
        "late": str(pair.lag_blocks) if is_behind else "",
        "blocks": str(pair.source_blocks),
        "since": f"{timezone.localtime(pair.lag_since):%Y-%m-%d}" if is_behind else "",
        "owner": pair.owner.display_name if pair.owner else "",
        "deputy": pair.deputy.display_name if pair.deputy else "",
        "check_on": pair.check_on.isoformat() if pair.check_on else "",
        "address": settings.SITE_ADDRESS + reverse("guidance:side_by_side", args=[pair.public_id]),
    }
