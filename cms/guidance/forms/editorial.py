"""Forms of editorial roles and of urgent publications."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from cms.guidance.models import Pair, Scope
from courses.fields import FreeText
from courses.people.enums import Language, Role
from courses.people.exceptions import OwnRole
from courses.people.models import Membership, Person


class ScopeForm(WagtailAdminModelForm):
    """An editorial role; only persons who are advisers today may be chosen."""

    class Meta:
        model = Scope
        fields = ["person", "role", "topic", "language"]
        help_texts = {
            "role": _(
                "An author writes in French and a translator in English. A reviewer reads what was"
                " submitted, approves it or sends it back. A publisher puts what was approved"
                " online, and takes pages down. A chief adviser does all of it on every page, and"
                " keeps these roles. Nobody approves a text of their own."
            )
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        advisers = Membership.objects.current().filter(role=Role.ADVISER).values("person")
        people = Person.objects.filter(pk__in=advisers) | Person.objects.filter(
            pk=self.instance.person_id
        )
        self.fields["person"].queryset = people.order_by("family_name", "given_name")
        self.fields["topic"].empty_label = _("The whole site")
        self.fields["topic"].queryset = (
            Pair.objects.filter(kind="topicpage").with_pages().order_by("french__path")
        )
        self.fields["language"].choices = [("", _("Both, or the role’s own")), *Language.choices]

    def clean(self):
        """Refuse a change of one's own role; a superuser may give the first."""
        given, by = super().clean(), self.for_user
        if (
            by
            and not by.is_superuser
            and by.pk in (self.instance.person_id, getattr(given.get("person"), "pk", None))
        ):
            raise forms.ValidationError(OwnRole().reason)
        return given


class UrgentForm(forms.Form):
    """The words above every page, in both languages, and their end."""

    text_fr = forms.CharField(
        label=_("Words in French"),
        max_length=200,
        help_text=_("One sentence that says what to do. It links to the page."),
    )
    text_en = forms.CharField(label=_("Words in English"), max_length=200)
    ends_at = forms.DateTimeField(
        label=_("Until"),
        help_text=_("Seven days at most. The banner goes by itself."),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )


class UrgentReviewForm(forms.Form):
    words = FreeText(
        label=_("A word to whoever published it"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
