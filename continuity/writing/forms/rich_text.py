"""The field for what is read by others: an editor where there is script, a plain box with a few
signs where there is none.
"""

from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from continuity.writing.values.rich_text import KEPT, clean
from continuity.writing.values.typed_text import as_html, as_typed

MOST_CHARACTERS = {"lesson": 100_000, "homework": 60_000, "comment": 20_000}


class RichText(forms.Textarea):
    """Sends `name` as it was typed, or `name-html` from the editor; gives HTML either way."""

    template_name = "continuity/writing/widgets/rich_text.html"

    def __init__(self, purpose: str, attrs=None):
        self.purpose = purpose
        super().__init__({"rows": 12 if purpose != "comment" else 5, **(attrs or {})})

    def use_required_attribute(self, initial) -> bool:
        return (
            False  # the editor takes the box's place, which the browser would still want filled in
        )

    def value_from_datadict(self, data, files, name):
        html = data.get(f"{name}-html")
        if html is not None:
            return html
        typed = data.get(name)
        return None if typed is None else as_html(typed)

    def value_omitted_from_data(self, data, files, name) -> bool:
        return name not in data and f"{name}-html" not in data

    def get_context(self, name, value, attrs):
        html = clean(value or "", self.purpose)
        context = super().get_context(name, as_typed(html), attrs)
        context["widget"] |= {
            "html": html,
            "html_name": f"{name}-html",
            "purpose": self.purpose,
            "keeps": KEPT[self.purpose],
        }
        return context

    def _render(self, template_name, context, renderer=None):
        # Ours lies among the project's templates, where the forms' own renderer doesn't look.
        return mark_safe(render_to_string(template_name, context))  # noqa: S308


class RichTextField(forms.CharField):
    """Cleaned HTML of one purpose: lesson, homework or comment."""

    def __init__(self, purpose: str, **kwargs):
        self.purpose = purpose
        super().__init__(widget=kwargs.pop("widget", None) or RichText(purpose), **kwargs)
        self.validators = []  # of the text as it came in; what is kept is cleaned of such things

    def to_python(self, value):
        if value in self.empty_values:
            return ""
        if len(value) > MOST_CHARACTERS[self.purpose]:
            raise forms.ValidationError(
                _("This text is too long to be kept in one piece: shorten it, or split it in two."),
                code="too_long",
            )
        return clean(value, self.purpose)
