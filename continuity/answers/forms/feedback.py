"""The shape of an answer: a comment, a word, pins with their texts; of a reply; of what a teacher
keeps; of the queue's filters.
"""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from continuity.answers.values import MOST_PINS, Answer, PinDraft, QueueFilter
from continuity.enums import LONGEST_COMMENT, LONGEST_PIN, LONGEST_REPLY, QueueState, Verdict
from courses.fields import FreeText, TextAboutAPerson

# Where a pin without a click may go: thousandths of the page's width and height.
PLACES = {
    "167-167": pgettext_lazy("place on a page", "Top left"),
    "500-167": pgettext_lazy("place on a page", "Top"),
    "833-167": pgettext_lazy("place on a page", "Top right"),
    "167-500": pgettext_lazy("place on a page", "Left"),
    "500-500": pgettext_lazy("place on a page", "Middle"),
    "833-500": pgettext_lazy("place on a page", "Right"),
    "167-833": pgettext_lazy("place on a page", "Bottom left"),
    "500-833": pgettext_lazy("place on a page", "Bottom"),
    "833-833": pgettext_lazy("place on a page", "Bottom right"),
}
MIDDLE = "500-500"


class PinForm(forms.Form):
    """One pin that stands on a page. Its place is said in percent, kept in thousandths."""

    use_required_attribute = False

    key = forms.CharField(max_length=12, required=False, widget=forms.HiddenInput)
    text = FreeText(
        label=_("Text"),
        max_length=LONGEST_PIN,
        widget=forms.Textarea(attrs={"rows": 2}),
        strip=True,
    )
    page = forms.IntegerField(
        label=pgettext_lazy("of a hand-in", "Page"),
        min_value=1,
        widget=forms.NumberInput(attrs={"class": "input--short"}),
    )
    x = forms.DecimalField(
        label=_("From the left, in percent"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "input--short", "step": "any"}),
    )
    y = forms.DecimalField(
        label=_("From the top, in percent"),
        min_value=0,
        max_value=100,
        widget=forms.NumberInput(attrs={"class": "input--short", "step": "any"}),
    )
    gone = forms.BooleanField(label=_("Remove this pin"), required=False)

    @classmethod
    def of(cls, pin: PinDraft, prefix: str, *, pages: int) -> "PinForm":
        initial = {
            "key": pin.key,
            "page": pin.page,
            "x": pin.x / 10,
            "y": pin.y / 10,
            "text": pin.text,
        }
        return cls(initial=initial, prefix=prefix, pages=pages)

    def __init__(self, *args, pages: int, **kwargs):
        super().__init__(*args, **kwargs)
        page = self.fields["page"]
        page.max_value = max(1, pages)
        page.widget.attrs["max"] = page.max_value
        page.validators.append(forms.IntegerField(max_value=page.max_value).validators[-1])

    @property
    def is_left_out(self) -> bool:
        """Removed, or placed and never written: whatever else is in it doesn't matter."""
        said = self.data
        is_new = not said.get(self.add_prefix("key"), "")
        return bool(said.get(self.add_prefix("gone"))) or (
            is_new and not said.get(self.add_prefix("text"), "").strip()
        )

    @property
    def draft(self) -> PinDraft:
        said = self.cleaned_data
        return PinDraft(
            said["page"], round(said["x"] * 10), round(said["y"] * 10), said["text"], said["key"]
        )

    @property
    def place(self) -> tuple[str, str, str]:
        """Page and percentages as they are in the fields now, right or wrong."""
        page, left, top = (str(self[name].value() or "") for name in ("page", "x", "y"))
        return page, left, top


class FeedbackForm(forms.Form):
    """The whole answer. `pin` names the prefix of each pin that comes along; one more may be added
    by its place in words.
    """

    revision = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    comment = TextAboutAPerson(
        label=pgettext_lazy("noun", "Comment"),
        required=False,
        max_length=LONGEST_COMMENT,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 8, "data-insert": ""}),
    )
    verdict = forms.ChoiceField(
        label=_("In a word"), required=False, choices=Verdict.choices, widget=forms.RadioSelect
    )
    new_text = FreeText(
        label=_("Text of a new pin"),
        required=False,
        max_length=LONGEST_PIN,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    new_page = forms.TypedChoiceField(
        label=_("On page"), required=False, coerce=int, empty_value=None
    )
    new_place = forms.ChoiceField(
        label=_("Where on the page"), required=False, choices=list(PLACES.items()), initial=MIDDLE
    )

    def __init__(self, data: QueryDict | None = None, *, pages: int, insert: str = "", **kwargs):
        if data is not None and insert:
            data = data.copy()
            data["comment"] = with_text(data.get("comment", ""), insert)
        super().__init__(data, **kwargs)
        self.pages = pages
        self.fields["new_page"].choices = [
            (number, number) for number in range(1, max(1, pages) + 1)
        ]
        prefixes = list(dict.fromkeys(data.getlist("pin")))[:MOST_PINS] if data is not None else []
        self.pin_forms = [PinForm(data, prefix=prefix, pages=pages) for prefix in prefixes]

    @classmethod
    def of(cls, answer: Answer, revision: int, *, pages: int) -> "FeedbackForm":
        form = cls(
            pages=pages,
            initial={"revision": revision, "comment": answer.comment, "verdict": answer.verdict},
        )
        form.show(answer.pins)
        return form

    def show(self, pins: Iterable[PinDraft]) -> None:
        """Add pins that are kept to those of the form."""
        self.pin_forms += [PinForm.of(pin, f"k{pin.key}", pages=self.pages) for pin in pins]

    @property
    def pins_to_keep(self) -> list[PinForm]:
        return [form for form in self.pin_forms if not (form.is_bound and form.is_left_out)]

    def is_valid(self) -> bool:
        wrong = [form for form in self.pins_to_keep if form.is_bound and not form.is_valid()]
        return super().is_valid() and not wrong

    @property
    def answer(self) -> Answer:
        said = self.cleaned_data
        pins = [form.draft for form in self.pins_to_keep]
        if said["new_text"]:
            x, y = (int(part) for part in (said["new_place"] or MIDDLE).split("-"))
            pins.append(PinDraft(said["new_page"] or 1, x, y, said["new_text"]))
        return Answer(said["comment"], said["verdict"], tuple(pins))


def with_text(comment: str, more: str) -> str:
    """A sentence of the bank goes into a new line."""
    return f"{comment.rstrip()}\n{more}" if comment.strip() else more


class ReplyForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    text = TextAboutAPerson(
        label=_("Your words"),
        max_length=LONGEST_REPLY,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class HelpAnswerForm(forms.Form):
    answer = TextAboutAPerson(
        label=_("Your answer"),
        max_length=LONGEST_REPLY,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 5, "data-insert": ""}),
    )


class BankForm(forms.Form):
    """A sentence to keep."""

    text = FreeText(
        label=_("Sentence"),
        max_length=LONGEST_PIN,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class QueueForm(forms.Form):
    """Filter of the queue, from the address. Invalid values are ignored."""

    state = forms.ChoiceField(required=False, choices=QueueState.choices)
    school_class = forms.CharField(required=False, max_length=12)
    q = forms.CharField(required=False, max_length=120)
    work = forms.CharField(required=False, max_length=12)

    @property
    def wanted(self) -> QueueFilter:
        self.is_valid()
        said = self.cleaned_data
        return QueueFilter(
            said.get("state", ""),
            said.get("school_class", ""),
            said.get("q", ""),
            said.get("work", ""),
        )
