"""Letters to those who keep a school's students: a set came into its folder."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.dates import day
from courses.exceptions import refusal_kept
from courses.mail.documents import absolute, letter
from courses.mail.registry import writes
from courses.mail.values import Message
from courses.people.models import Person
from courses.roster import queries
from courses.roster.enums import ImportState, Letters
from courses.roster.models import RosterFolder, RosterImport

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
    return _letter(heading, lines, "roster:import", one.public_id, _("See what would change"))


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
    page = folder.school.public_id
    return _letter(
        heading, lines, "roster:school", page, _("Students and teachers from the directory")
    )


def _letter(heading: str, lines: list[str], page: str, about: str, label: str) -> Message:
    context = {
        "heading": heading,
        "lines": lines,
        "url": absolute(reverse(page, args=[about])),
        "label": label,
        "why": _("You receive this because you keep the school’s students."),
    }
    return letter(FROM_A_FOLDER, heading, context)
