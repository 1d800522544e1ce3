"""What an adviser sends from the editor of a page."""

import datetime
from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm, WagtailAdminPageForm
from wagtail.admin.rich_text import DraftailRichTextArea
from wagtail.blocks.stream_block import StreamBlockValidationError
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from cms.guidance import services
from cms.guidance.enums import State
from cms.guidance.exceptions import DeputyIsOwner, PictureUnreadable, SourceMovedOn
from cms.guidance.models import Pair, Scope
from cms.guidance.models.opinions import LONGEST_WORDS
from cms.guidance.queries import parity
from cms.guidance.queries.care import advisers
from cms.guidance.queries.step import said_in_the_source, twin_of
from cms.guidance.rules import says_the_same
from cms.guidance.services import pasting, uploads
from cms.guidance.values import untranslated
from courses.exceptions import Refusal
from courses.people.enums import Language, Role
from courses.people.models import Membership, Person

# Fields of one line that are typed, or pasted, into a page.
LINES = ("title", "lead", "audience", "change_note", "seo_title", "search_description")
# The buttons that bring a text to readers, or to those who let it through.
GOES_OUT = {"action-publish", "action-submit", "action-restart-workflow"}


class CleanText(DraftailRichTextArea):
    """Wagtail's editor of text. What it sends is cleaned as it comes in, and so is what something else sends in its place."""

    def value_from_datadict(self, data, files, name):
        try:
            html = super().value_from_datadict(data, files, name)
        except (ValueError, TypeError, KeyError, AttributeError):
            html = data[name]  # no editor of ours wrote this
        return None if html is None else pasting.cleaned(html)


class GuidancePageForm(WagtailAdminPageForm):
    """A page that has a twin says so: English whether it is in step now, French whether its edit is a minor one."""

    in_step_now = forms.BooleanField(
        label=_("In step now"),
        required=False,
        help_text=_("This page says what the French page says, as it is shown here."),
    )
    french_shown = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.twin = twin_of(self.instance) if self.instance.pk else None
        self.seen = self.instance.in_step_with
        self.moved_on: SourceMovedOn | None = None
        if self.follows:
            self.initial |= {"in_step_now": self.is_said_to_be_in_step, "french_shown": self.twin.live_revision_id}
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
        """Of a page that was never in step, this is what its first text is for."""
        return self.instance.seen is None or says_the_same(self.instance.seen, self.twin.passages)

    @property
    def goes_out(self) -> bool:
        if self.is_deferred_validation:
            return False
        approves = "action-workflow-action" in self.data and self.data.get("workflow-action-name") == "approve"
        return approves or any(name in self.data for name in GOES_OUT)

    def clean(self):
        said = super().clean()
        said |= {name: pasting.tidied(said[name].replace("\r", "").replace("\n", " ")).strip() for name in LINES if said.get(name)}
        if said.get("body"):
            said["body"] = pasting.tidied_body(said["body"])
        if self.follows:
            self.keep_the_step(said)
            self.name_the_address(said)
        return said

    def keep_the_step(self, said) -> None:
        """Ticked: the French as it was shown. Unticked again: what was said before, for a draft that was only saved meanwhile."""
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
        """What comes back to the editor isn't ticked, and shows the page as it is."""
        self.data = self.data.copy()  # type: ignore[has-type]
        self.data["french_shown"] = str(self.twin.live_revision_id or "")
        self.data.pop("in_step_now", None)

    def name_the_address(self, said) -> None:
        """A draft for translation has the French address: it gets one of its own title, unless somebody typed one."""
        title, is_new = said.get("title"), self.instance.first_published_at is None
        if is_new and title and said.get("slug") == self.twin.slug and title != self.twin.title:
            said["slug"] = self.instance._get_autogenerated_slug(slugify(title) or said["slug"])

    def _post_clean(self):
        super()._post_clean()
        if self.follows and self.goes_out and not self.errors:
            self.refuse_french()

    def refuse_french(self) -> None:
        """Each passage that isn't translated yet is marked where it stands."""
        if not (refusal := services.why_not_publish(self.instance)):
            return
        self.add_error(None, refusal.reason)
        still = untranslated(self.instance.passages, said_in_the_source(self.instance))
        ids = {passage.id for passage in still}
        french = ValidationError(_("This is still in French."))
        for name in ids & self.fields.keys():
            self.add_error(name, french)
        if blocks := {place: french for place, block in enumerate(self.instance.body) if block.id in ids}:
            where = StreamBlockValidationError(block_errors=blocks)
            where.message = french.message  # Wagtail's own names a class
            self.add_error("body", where)

    def save(self, commit=True):
        self.instance.in_step_with = self.seen
        self.instance.moved_on = self.moved_on
        return super().save(commit=commit)


# Readers' opinions, and who keeps a page


class OpinionForm(forms.Form):
    """Yes or no, and words. `website` is for machines that fill in whatever they find."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    useful = forms.ChoiceField(
        label=_("Was this page useful?"),
        choices=[("yes", pgettext_lazy("was it useful?", "Yes")), ("no", pgettext_lazy("was it useful?", "No"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What was missing, or what helped?"),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": LONGEST_WORDS}),
        help_text=_("At most 1,000 characters. Advisers read it."),
    )
    website = forms.CharField(label=_("Leave this empty"), required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer"),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The reader finds it at the address that was shown to them. Write in the language of the page."),
    )
    closed = forms.BooleanField(label=_("Close without an answer"), required=False)


class StrikeOutForm(forms.Form):
    name = forms.CharField(
        label=_("Words to strike out"),
        max_length=120,
        help_text=_("As they are written above. They are gone for good; that it was done is kept."),
    )


class KeepersForm(forms.Form):
    """Who keeps a page, and when it is checked."""

    owner = forms.ModelChoiceField(Person.objects.none(), label=_("Kept by"), empty_label=None)
    deputy = forms.ModelChoiceField(
        Person.objects.none(),
        label=_("Deputy"),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("Is told when a check stays undone, and keeps the page from the day its keeper leaves."),
    )
    check_months = forms.IntegerField(label=_("Months between two checks"), min_value=1, max_value=24)
    check_on = forms.DateField(label=_("To be checked by"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args, day: datetime.date, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("owner", "deputy"):
            cast(forms.ModelChoiceField, self.fields[name]).queryset = advisers(day)

    def clean(self):
        given = super().clean()
        if given.get("owner") and given["owner"] == given.get("deputy"):
            self.add_error("deputy", DeputyIsOwner().reason)
        return given


# Editorial roles


class ScopeForm(WagtailAdminModelForm):
    """Only persons who are advisers today may be chosen."""

    class Meta:
        model = Scope
        fields = ["person", "role", "topic", "language"]
        help_texts = {
            "role": _(
                "An author writes in French and a translator in English. A reviewer reads what was submitted, approves it or sends it "
                "back. A publisher puts what was approved online, and takes pages down. A chief adviser does all of it on every page, "
                "and keeps these roles. Nobody approves a text of their own."
            )
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        advisers = Membership.objects.current().filter(role=Role.ADVISER).values("person")
        people = Person.objects.filter(pk__in=advisers) | Person.objects.filter(pk=self.instance.person_id)
        self.fields["person"].queryset = people.order_by("family_name", "given_name")
        self.fields["topic"].empty_label = _("The whole site")
        self.fields["topic"].queryset = Pair.objects.filter(kind="topicpage").with_pages().order_by("french__path")
        self.fields["language"].choices = [("", _("Both, or the role’s own")), *Language.choices]


class BoardForm(forms.Form):
    """What the board of both languages shows. What isn't understood isn't asked: the rest of the address still holds."""

    WHICH = [(parity.TODO, pgettext_lazy("pages", "To do")), (parity.ALL, pgettext_lazy("pages", "All")), (parity.MINE, _("Mine"))]
    STATES = [
        ("", _("All states")),
        (State.MISSING, pgettext_lazy("page", "Missing")),
        (State.DRAFT, pgettext_lazy("page", "Draft")),
        (State.BEHIND, _("Behind")),
        (State.IN_STEP, _("In step")),
        (parity.ALONE, _("Online, alone")),
        (parity.REVIEW, _("In review")),
    ]
    SORTS = [
        ("since", _("Longest waiting first")),
        ("late", _("Most blocks behind first")),
        ("title", _("Title")),
        ("owner", _("Who keeps it")),
        ("check", _("Next check")),
    ]

    q = forms.CharField(label=_("Title"), required=False, max_length=120, widget=forms.TextInput(attrs={"type": "search"}))
    topic = forms.ModelChoiceField(
        parity.topics(), label=_("Topic"), required=False, to_field_name="public_id", empty_label=_("All topics")
    )
    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    sort = forms.ChoiceField(label=_("In order of"), choices=SORTS, required=False)
    overdue = forms.BooleanField(label=_("Overdue for a check"), required=False)
    which = forms.ChoiceField(choices=WHICH, required=False, widget=forms.HiddenInput)

    @cached_property
    def wanted(self) -> dict[str, Any]:
        self.is_valid()
        said = self.cleaned_data
        return {
            "which": said.get("which") or parity.TODO,
            "topic": said.get("topic"),
            "state": said.get("state", ""),
            "overdue": said.get("overdue", False),
            "text": said.get("q", ""),
            "sort": said.get("sort") or "since",
        }

    @property
    def is_filtered(self) -> bool:
        return any(self.wanted[name] for name in ("topic", "state", "overdue", "text"))


class UrgentForm(forms.Form):
    """The words above every page, in both languages, and their end."""

    text_fr = forms.CharField(
        label=_("Words in French"), max_length=200, help_text=_("One sentence that says what to do. It links to the page.")
    )
    text_en = forms.CharField(label=_("Words in English"), max_length=200)
    ends_at = forms.DateTimeField(
        label=_("Until"),
        help_text=_("Seven days at most. The banner goes by itself."),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )


class UrgentReviewForm(forms.Form):
    words = forms.CharField(label=_("Words for who published it"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}))


# A new page, and two versions of one


class ChoicesForm(forms.Form):
    """One question for each passage that two versions say differently."""

    TAKE_KEPT, LEAVE = "kept", "saved"

    def __init__(self, *args, differences, kept_by, saved_by, **kwargs):
        super().__init__(*args, **kwargs)
        kept = _("The version of %(name)s, kept beside") % {"name": kept_by.display_name}
        saved = _("The version of %(name)s, saved") % {"name": saved_by.display_name} if saved_by else _("The version saved")
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


class BeginForm(forms.Form):
    """What a new page starts from, and its title."""

    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("As a reader would ask for it. You can change it later."))
    template = forms.ChoiceField(label=_("Start from"), widget=forms.RadioSelect)

    def __init__(self, *args, templates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = [(template.key, template.title) for template in templates]
        self.fields["template"].initial = templates[0].key if templates else ""

    def clean_title(self):
        title = pasting.tidied(self.cleaned_data["title"]).strip()
        if not slugify(title):
            raise ValidationError(_("A title has words: the page’s address is made of them."))
        return title


# Images and files


class PictureField(WagtailImageField):
    """A picture that breaks off is refused like any other that can't be read."""

    def to_python(self, data):
        try:
            return super().to_python(data)
        except (OSError, SyntaxError, ValueError) as error:
            raise ValidationError(PictureUnreadable().reason) from error


class PictureForm(BaseImageForm):
    """Wagtail looks at type, size and pixels; what a camera wrote into the picture goes before it is kept."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if plain := self.fields.get("file"):
            self.fields["file"] = PictureField(label=plain.label, required=plain.required, widget=plain.widget)

    def clean_file(self):
        sent = self.cleaned_data["file"]
        if not isinstance(sent, UploadedFile):
            return sent
        try:
            return uploads.without_traces(sent)
        except Refusal as refusal:
            raise ValidationError(refusal.reason) from refusal


class DocumentForm(BaseDocumentForm):
    """The types are told before; a file is what its content says."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if field := self.fields.get("file"):
            endings = ", ".join(ending.upper() for ending in settings.WAGTAILDOCS_EXTENSIONS)
            most = uploads.DOCUMENT_BYTES // 1024 // 1024
            field.help_text = _("%(endings)s; %(most)d MB at most.") % {"endings": endings, "most": most}
            field.widget.attrs["accept"] = ",".join(f".{ending}" for ending in settings.WAGTAILDOCS_EXTENSIONS)

    def _post_clean(self):
        # Behind the model's own look at the ending: one reason at a time.
        super()._post_clean()
        sent = self.cleaned_data.get("file")
        if isinstance(sent, UploadedFile) and "file" not in self.errors and (refusal := uploads.why_not_take(sent)):
            self.add_error("file", refusal.reason)
