"""Letters about sets that came into a folder: to those who keep a school's students, and to the
registrars.
"""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.dates import day
from courses.exceptions import refusal_kept
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from courses.people.permissions import is_registrar
from courses.quotes import inside_quotes
from courses.roster import queries
from courses.roster.enums import ImportState, Letters
from courses.roster.models import AcademySet, RosterFolder, RosterImport

FROM_A_FOLDER = "roster/mail/from_a_folder"


@writes(
    Letters.SET_WAITS,
    because=gettext_lazy("you keep the students of a school that takes sets from a folder"),
    may_wait=True,
)
def set_waits(one: RosterImport, *, to: Person, details: dict) -> Message | None:
    """Nothing if somebody has looked already, or a newer set has come."""
    if one.state != ImportState.WAITING or one.school not in to.keeps_students_of:
        return None
    page = queries.import_page(one)
    heading = _("A set of the directory waits for your yes")
    if one.academy_set_id:
        came = _(
            "The set of the whole académie of %(day)s came, and with it the part of %(school)s."
            " Nothing of it is applied yet."
        )
    else:
        came = _(
            "The set of %(day)s came into the folder of %(school)s. Nothing of it is applied yet."
        )
    lines = [came % {"day": day(one.day), "school": one.school}]
    if page.is_paused:
        lines.append(_("It is paused: look closely before you say yes."))
    lines.append(
        _(
            "After two weeks it is set aside by itself; a newer complete set that comes so takes its"
            " place."
        )
    )
    url = reverse("roster:import", args=[one.public_id])
    return _letter(heading, lines, url, _("See what would change"))


@writes(
    Letters.SET_REFUSED,
    because=gettext_lazy("you keep the students of a school that takes sets from a folder"),
    may_wait=True,
)
def set_refused(folder: RosterFolder, *, to: Person, details: dict) -> Message | None:
    """Nothing if a better one has come. `details` has what was refused, and why."""
    if folder.refusal is None or folder.school not in to.keeps_students_of:
        return None
    refusal = refusal_kept(details["refusal"])
    heading = _("A set of the directory was refused")
    names = {"school": folder.school, "file": details["refusal"]["file"]}
    if details["refusal"].get("of_academy"):
        what = _(
            "The part of %(school)s in the set of the whole académie (“%(file)s”) isn’t taken."
        )
    else:
        what = _("The file “%(file)s” in the folder of %(school)s isn’t taken.")
    lines = [
        what % names,
        f"{refusal.reason} {refusal.advice}".strip(),
    ]
    url = reverse("roster:school", args=[folder.school.public_id])
    return _letter(heading, lines, url, _("Students and teachers from the directory"))


@writes(
    Letters.ACADEMY_SET_REFUSED,
    because=gettext_lazy("you keep the organisations and people of the académie"),
    may_wait=True,
)
def academy_set_refused(one: AcademySet, *, to: Person, details: dict) -> Message | None:
    """Nothing if a later set was read."""
    read = AcademySet.objects.filter(refusal__isnull=True, received_at__gt=one.received_at)
    refusal = one.whole_refusal
    if refusal is None or read.exists() or not is_registrar(to):
        return None
    what = _(
        "The set of the whole académie (“%(file)s”) isn’t taken: no school got its part of it."
    )
    lines = [
        what % {"file": inside_quotes(one.file)},
        f"{refusal.reason} {refusal.advice}".strip(),
    ]
    why = _("You receive this because you keep the organisations and people of the académie.")
    url = reverse("roster:academy_set", args=[one.public_id])
    heading = _("A set of the whole académie was refused")
    return _letter(heading, lines, url, _("Sets of the académie"), why)


def _letter(heading: str, lines: list[str], url: str, label: str, why: str = "") -> Message:
    context = {
        "heading": heading,
        "lines": lines,
        "url": absolute(url),
        "label": label,
        "why": why or _("You receive this because you keep the school’s students."),
    }
    return letter(FROM_A_FOLDER, heading, context)
