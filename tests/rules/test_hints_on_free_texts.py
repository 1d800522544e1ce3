"""Every free text that may come to speak of a person says: nothing on health or family."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

import cms.register.forms
import continuity
import training
from courses.fields import NOTHING_PRIVATE, NOTHING_PRIVATE_OF_YOURS, FreeText

SHORT = 100  # what has no room for a sentence: a code, a name, a title
# Free texts that speak of no person: what a class or everybody reads, what a picture shows, what is
# searched for, a room’s name.
OF_NO_PERSON = re.compile(
    r"\.(title|body|correction|note|subject|new_alt|q|key|name|level|place|schools)$"
)
MESSAGE = "training.forms.participants.MessageForm.body"  # apart from these
# And some whose hint stands on the same page, or that speak of nobody.
ALONE = {
    "continuity.answers.forms.feedback.FeedbackForm.new_text": (
        "a pin on the work: the hint stands under the comment of the same page"
    ),
    "continuity.answers.forms.feedback.BankForm.text": "a sentence for every student",
    "continuity.answers.forms.feedback.PinForm.text": (
        "a pin on the work: the hint stands under the comment of the same page"
    ),
    "continuity.equipment.forms.PoolTableForm.pasted": "things, of nobody",
    "continuity.handins.forms.HandInForm.text": "the work itself",
    "training.forms.participants.EnrolTeamForm.people": "logins and email addresses",
    "training.forms.officer.AnswerNoteForm.answer": "its help says to name no participant",
    "training.forms.officer.ContestNoteForm.reason": "its help says to name no participant",
    "training.forms.issued.CertificatesForm.school": "a school that is searched for",
    "training.forms.material.MaterialForm.address": "an address",
    "training.forms.room.RoomForm.address": "an address",
    "training.forms.room.RoomForm.learns": "a tool of the provider",
    "training.forms.room.RoomForm.plan_b_address": "an address",
    "training.forms.room.RoomForm.plan_b_words": "a telephone number, another place",
}


def form_classes():
    rooms = [
        *pkgutil.walk_packages(continuity.__path__, "continuity."),
        *pkgutil.walk_packages(training.__path__, "training."),
    ]
    modules = [cms.register.forms]
    modules += [
        importlib.import_module(one.name) for one in rooms if "forms" in one.name.split(".")
    ]
    for module in modules:
        for name, found in vars(module).items():
            if (
                isinstance(found, type)
                and issubclass(found, forms.BaseForm)
                and found.__module__ == module.__name__
            ):
                yield f"{module.__name__}.{name}", found


def free_texts():
    for name, form in form_classes():
        for field_name, field in form.base_fields.items():
            is_text = isinstance(field, forms.CharField) and isinstance(
                field.widget, forms.TextInput | forms.Textarea
            )
            if (
                is_text
                and (field.max_length is None or field.max_length > SHORT)
                and not isinstance(field, forms.EmailField)
            ):
                yield f"{name}.{field_name}", field


def test_every_free_text_about_a_person_has_the_hint():
    hints = (str(NOTHING_PRIVATE), str(NOTHING_PRIVATE_OF_YOURS))
    without = {name for name, field in free_texts() if not str(field.help_text).endswith(hints)}

    assert {name for name in without if not OF_NO_PERSON.search(name)} == set(ALONE)
    assert MESSAGE in dict(free_texts())
    assert MESSAGE not in without


@pytest.mark.parametrize(
    "name",
    ["training/sheet_choice.html", "training/cancel.html", "continuity/attendance/roll_row.html"],
)
def test_reasons_that_templates_draw_by_themselves_have_it_too(name):
    """`roll_row.html` gets its label from `roll.html`."""
    templates = Path(settings.BASE_DIR) / "templates"
    text = (templates / name).read_text() + (
        templates / "continuity/attendance/roll.html"
    ).read_text() * name.startswith("continuity")

    assert re.search(r'name="reason', text)
    assert re.search("othing on health or family", text)


def test_a_text_that_fits_in_the_browser_fits_here_whatever_its_lines_end_with():
    field = FreeText(max_length=10)

    assert field.clean("aaaa\r\nbbbbb") == "aaaa\nbbbbb"
    with pytest.raises(ValidationError):
        field.clean("aaaa\r\nbbbbbb")
