"""Forms of an adviser: pages, their templates, the choice between two versions."""

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.forms.pages import CopyForm
from wagtail.admin.rich_text import DraftailRichTextArea
from wagtail.blocks.stream_block import StreamBlockValidationError

from cms.guidance import services
from cms.guidance.enums import EditorialRole
from cms.guidance.exceptions import SourceMovedOn
from cms.guidance.permissions import has_role
from cms.guidance.queries.step import said_in_the_source, twin_of
from cms.guidance.rules import says_the_same
from cms.guidance.services import pasting
from cms.guidance.values.untranslated import untranslated
from courses.required import required

# Fields of one line that are typed, or pasted, into a page.
LINES = ("title", "lead", "audience", "change_note", "seo_title", "search_description")
# The buttons that bring a text to readers, or to those who let it through.
GOES_OUT = {"action-publish", "action-submit", "action-restart-workflow"}


class CleanText(DraftailRichTextArea):
    """Wagtail's editor of text.

    What it sends is cleaned as it comes in, and so is what something else sends in its place.
    """

    def value_from_datadict(self, data, files, name):
        try:
            html = super().value_from_datadict(data, files, name)
        except (ValueError, TypeError, KeyError, AttributeError):
            html = data[name]  # no editor of ours wrote this
        return None if html is None else pasting.cleaned(html)


class GuidancePageForm(WagtailAdminPageForm):
    """A page that has a twin says so:

    English whether it is in step now, French whether its edit is a minor one.
    """

    in_step_now = forms.BooleanField(
        label=_("Up to date now"),
        required=False,
        help_text=_("This page says what the French page says, as it is shown here."),
    )
    french_shown = forms.IntegerField(required=False, widget=forms.HiddenInput)

    data: QueryDict

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.twin = twin_of(self.instance) if self.instance.pk else None
        self.seen = self.instance.in_step_with
        self.moved_on: SourceMovedOn | None = None
        if self.follows:
            self.initial |= {
                "in_step_now": self.is_said_to_be_in_step,
                "french_shown": required(self.twin).live_revision_id,
            }
        else:
            del self.fields["in_step_now"], self.fields["french_shown"]
        if not self.leads:
            self.fields.pop("minor_edit", None)

    @property
    def follows(self) -> bool:
        return self.twin is not None and self.twin.is_source

    @property
    def leads(self) -> bool:
        return self.twin is not None and not self.twin.is_source

    @property
    def is_said_to_be_in_step(self) -> bool:
        """Whether the page is said to be in step; always for one that never was, as its first text
        is for that.
        """
        return self.instance.seen is None or says_the_same(
            self.instance.seen, required(self.twin).passages
        )

    @property
    def goes_out(self) -> bool:
        if self.is_deferred_validation:
            return False
        approves = (
            "action-workflow-action" in self.data
            and self.data.get("workflow-action-name") == "approve"
        )
        return approves or any(name in self.data for name in GOES_OUT)

    def clean(self):
        said = super().clean()
        said |= {
            name: pasting.tidied(said[name].replace("\r", "").replace("\n", " ")).strip()
            for name in LINES
            if said.get(name)
        }
        if said.get("body"):
            said["body"] = pasting.tidied_body(said["body"])
        if self.follows:
            self.keep_the_step(said)
            self.name_the_address(said)
        return said

    def keep_the_step(self, said) -> None:
        """Ticked: the French as it was shown.

        Unticked again: what was said before, for a draft that was only saved meanwhile.
        """
        if not said.get("in_step_now"):
            if self.is_said_to_be_in_step:
                before = type(self.instance).objects.get(pk=self.instance.pk)
                self.seen = before.in_step_with if before.live else None
            return
        try:
            self.seen = services.seen_now(self.instance, shown=said.get("french_shown"))
        except SourceMovedOn as refusal:
            self.moved_on = refusal
            self.show_the_french_of_now()
            if not self.is_deferred_validation:
                self.add_error("in_step_now", refusal.reason)

    def show_the_french_of_now(self) -> None:
        """Untick “in step” and take the French page's live revision, before the form is shown
        again.
        """
        self.data = self.data.copy()
        self.data["french_shown"] = str(required(self.twin).live_revision_id or "")
        self.data.pop("in_step_now", None)

    def name_the_address(self, said) -> None:
        """A draft for translation has the French address: it gets one of its own title, unless
        somebody typed one.
        """
        title, twin, is_new = (
            said.get("title"),
            required(self.twin),
            self.instance.first_published_at is None,
        )
        if is_new and title and said.get("slug") == twin.slug and title != twin.title:
            said["slug"] = self.instance._get_autogenerated_slug(slugify(title) or said["slug"])

    def _post_clean(self):
        super()._post_clean()
        if self.follows and self.goes_out and not self.errors:
            self.refuse_french()

    def refuse_french(self) -> None:
        """Add an error to each passage that isn't translated yet."""
        if not (refusal := services.why_not_publish(self.instance)):
            return
        self.add_error(None, refusal.reason)
        still = untranslated(self.instance.passages, said_in_the_source(self.instance))
        ids = {passage.id for passage in still}
        french = ValidationError(_("This is still in French."))
        for name in ids & self.fields.keys():
            self.add_error(name, french)
        if blocks := {
            place: french for place, block in enumerate(self.instance.body) if block.id in ids
        }:
            where = StreamBlockValidationError(block_errors=blocks)
            where.message = french.message  # Wagtail's own names a class
            self.add_error("body", where)

    def save(self, commit=True):
        self.instance.in_step_with = self.seen
        self.instance.moved_on = self.moved_on
        return super().save(commit=commit)


class ChoicesForm(forms.Form):
    """One question for each passage that two versions say differently."""

    TAKE_KEPT, LEAVE = "kept", "saved"

    def __init__(self, *args, differences, kept_by, saved_by, **kwargs):
        super().__init__(*args, **kwargs)
        kept = _("The version of %(name)s, put aside") % {"name": kept_by.display_name}
        saved = (
            _("The version of %(name)s, saved") % {"name": saved_by.display_name}
            if saved_by
            else _("The version saved")
        )
        for difference in differences:
            self.fields[difference.id] = forms.ChoiceField(
                label=difference.label,
                choices=[(self.TAKE_KEPT, kept), (self.LEAVE, saved)],
                initial=self.TAKE_KEPT if difference.takes_kept else self.LEAVE,
                widget=forms.RadioSelect,
            )

    @property
    def taken(self) -> set[str]:
        return {name for name, choice in self.cleaned_data.items() if choice == self.TAKE_KEPT}


class CopyPageForm(CopyForm):
    """A copy has a title that nobody has reviewed: it is a draft, but for a chief adviser."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if not has_role(self.user, self.page, EditorialRole.CHIEF):
            for name in ("publish_copies", "alias"):
                self.fields.pop(name, None)


class BeginForm(forms.Form):
    """Template and title of a new page."""

    title = forms.CharField(
        label=_("Title"),
        max_length=120,
        help_text=_("As a reader would ask for it. You can change it later."),
    )
    template = forms.ChoiceField(label=_("Start from"), widget=forms.RadioSelect)

    def __init__(self, *args, templates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = [(template.key, template.title) for template in templates]
        self.fields["template"].initial = templates[0].key if templates else ""

    def clean_title(self):
        title = pasting.tidied(self.cleaned_data["title"]).strip()
        if not slugify(title):
            raise ValidationError(
                _("Write a title with words: the page’s address is made of them.")
            )
        return title
