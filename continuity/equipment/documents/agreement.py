"""A loan's agreement: its sentences, and the sheet, French with English beside it."""

import base64
import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from continuity.enums import EquipmentKind
from continuity.equipment.values.terms import Clauses, LentThing, Terms, fingerprint
from continuity.models import EquipmentItem, LoanAgreement
from courses.dates import date_words
from courses.documents.services import pdf
from courses.people.models import Organisation, Person

LANGUAGES = ("fr", "en")
DAYS_TO_TELL = 2


def terms_of(
    school: Organisation,
    student: Person,
    items: Iterable[EquipmentItem],
    due_on: datetime.date,
    instead_of: str = "",
    *,
    is_theirs: bool = False,
) -> Terms:
    """As things stand now, with the sentences in both languages. `instead_of`: the number of a broken
    or lost thing in whose place these are lent. `is_theirs`: without sentences, the school has its
    own sheet.
    """
    clauses: Clauses = {language: [] for language in LANGUAGES}
    for language in () if is_theirs else LANGUAGES:
        with translation.override(language):
            clauses[language] = [*_clauses(due_on), *_in_place_of(instead_of)]
    return Terms(
        school=school.name,
        student=student.display_name,
        due_on=due_on,
        things=tuple(lent_thing(item) for item in items),
        clauses=clauses,
    )


def lent_thing(item: EquipmentItem) -> LentThing:
    return LentThing(
        public_id=item.public_id,
        kind=item.kind,
        number=item.number,
        model=item.model,
        serial=item.serial,
        value_euros=item.value_euros,
    )


def _clauses(due_on: datetime.date) -> list[tuple[str, str]]:
    return [
        (
            _("What it is"),
            _(
                "A loan for use, free of charge, for schoolwork (Civil Code, articles 1875 to 1891)."
                " The things remain the property of the school or of the region."
            ),
        ),
        (
            _("From when until when"),
            _(
                "From the day on which they are handed over until %(day)s, or until the student"
                " leaves the school. They can be given back at any time before."
            )
            % {"day": date_words(due_on)},
        ),
        (
            _("State of the things"),
            _(
                "They are handed over in working order. If you find something else, tell the school"
                " within %(days)s days."
            )
            % {"days": DAYS_TO_TELL},
        ),
        (
            _("What you undertake"),
            _(
                "To take reasonable care of them, to lend them to nobody else, and to give them back"
                " in the same state, with everything that is listed. Nobody is liable for wear by"
                " normal use."
            ),
        ),
        (
            _("Broken, lost, stolen"),
            _(
                "Tell the school within %(days)s days; for a theft, report it to the police. This"
                " agreement asks for no money: if any is to be paid, the school alone decides it, and"
                " you can contest that."
            )
            % {"days": DAYS_TO_TELL},
        ),
        (
            _("If you don’t sign"),
            _("Nothing is lent, and no schoolwork is withheld for that."),
        ),
        (
            _("What is kept"),
            _(
                "Who signed, as what and when, the signature, this sheet, and photos of the things"
                " or of this sheet, if the school takes some: until one year after everything"
                " is back."
            ),
        ),
    ]


def _in_place_of(number: str) -> list[tuple[str, str]]:
    if not number:
        return []
    said = _("They are lent in place of number %(number)s, which is broken or lost.")
    return [(_("In place of another thing"), said % {"number": number})]


def things_in_words(terms: Terms) -> list[tuple[LentThing, str]]:
    """Each thing with its kind, in the active language."""
    return [(one, str(EquipmentKind(one.kind).label)) for one in terms.things]


def sheet(agreement: LoanAgreement) -> bytes:
    """As far as things are: to be signed by hand, signed, or handed over. Raises `PdfUnavailable`."""
    terms = Terms.read(agreement.terms)
    context: dict[str, Any] = {
        "agreement": agreement,
        "terms": terms,
        "things": [(one, *_in_both(one.kind)) for one in terms.things],
        "clauses": list(zip(terms.clauses["fr"], terms.clauses["en"], strict=True)),
        "fingerprint": fingerprint(agreement.terms),
        "drawn": _drawn(agreement),
        "is_demo": settings.ONE_CLICK_LOGINS,
    }
    with translation.override("fr"):
        return pdf(
            "continuity/equipment/documents/agreement.html",
            context,
            stylesheet="documents.css",
        )


def _drawn(agreement: LoanAgreement) -> str:
    """The signature as it was drawn, as an address of its own; empty for a name alone."""
    if not agreement.signature:
        return ""
    with agreement.signature.open("rb") as file:
        return f"data:image/png;base64,{base64.b64encode(file.read()).decode()}"


def _in_both(kind: str) -> tuple[str, str]:
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append(str(EquipmentKind(kind).label))
    return said[0], said[1]
