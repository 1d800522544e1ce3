"""Reference data about people in the admin.

Plain rows save here; accounts and memberships go through their services.
"""

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin.auth import require_admin_access
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views import account, generic
from wagtail.admin.views.generic import chooser, history, usage
from wagtail.admin.views.reports.audit_logging import LogEntriesView
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from courses.digest.viewsets import ToldViewSet
from courses.exceptions import Refusal
from courses.people import services
from courses.people.enums import GRANTED_BY, OrganisationKind, Role
from courses.people.forms.admin import MembershipForm, OrganisationForm, PersonForm
from courses.people.models import Membership, Organisation, Person, Subject
from courses.people.permissions import is_registrar


class OrganisationIndexView(generic.IndexView):
    def get_base_queryset(self):
        return Organisation.objects.select_related("merged_into")


class OrganisationEditView(generic.EditView):
    @cached_property
    def header_more_buttons(self):
        buttons = [*super().header_more_buttons]
        if self.object.kind == OrganisationKind.SCHOOL and is_registrar(self.request.user):
            url = reverse("people:merge_school", args=[self.object.public_id])
            label = _("Goes on as another school")
            buttons.append(Button(label, url=url, icon_name="arrow-right", priority=30))
        return buttons


class OrganisationViewSet(ModelViewSet):
    model = Organisation
    index_view_class = OrganisationIndexView
    edit_view_class = OrganisationEditView
    icon = "home"
    menu_label = _("Organisations")
    menu_order = 100
    add_to_reference_index = False
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["name", "city", "uai"]
    list_display = [
        "name",
        Column("get_kind_display", label=_("Kind")),
        "city",
        "uai",
        Column("merged_into", label=_("Goes on as")),
        BooleanColumn("is_pilot", label=_("Pilot")),
    ]
    list_filter = ["kind", "department", "is_pilot"]
    ordering = ["name", "city"]

    def get_form_class(self, for_update=False):
        return OrganisationForm


class SubjectViewSet(ToldViewSet):
    model = Subject
    icon = "tag"
    menu_label = _("Subjects")
    menu_order = 400
    add_to_reference_index = False
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["code", "title_fr", "title_en"]
    list_display = ["code", "title_fr", "title_en"]
    form_fields = ["code", "title_fr", "title_en"]

    @staticmethod
    def keys_of(subject: Subject) -> list[str]:
        return [f"subject:{subject.code}"]


def people_kept_by(registrar):
    return Person.objects.kept_by(registrar).filter(erased_at=None)


def memberships_kept_by(registrar):
    return Membership.objects.filter(
        role__in=GRANTED_BY[Role.REGISTRAR], person__in=people_kept_by(registrar)
    )


class PersonIndexView(generic.IndexView):
    def get_base_queryset(self):
        return people_kept_by(self.request.user).prefetch_related("memberships__organisation")


class PersonAddView(generic.CreateView):
    """Makes the account and sends the invitation."""

    def save_instance(self):
        person = services.register(self.form.instance, by=self.request.user)
        log(instance=person, action="wagtail.create", user=self.request.user)
        self.form.join(person, by=self.request.user)
        return person


class PersonEditView(generic.EditView):
    def get_queryset(self):
        return people_kept_by(self.request.user)

    @cached_property
    def header_more_buttons(self):
        url = reverse("people:take_off_second_factor", args=[self.object.public_id])
        button = Button(_("Second step of the login"), url=url, icon_name="key", priority=30)
        return [*super().header_more_buttons, button]

    def save_instance(self):
        """The role first: it is told at the address until now."""
        self.form.join(self.form.instance, by=self.request.user)
        return self.form.change_account(by=self.request.user)


class PersonHistoryView(history.HistoryView):
    def get_base_object_queryset(self):
        return people_kept_by(self.request.user)


class PersonUsageView(usage.UsageView):
    def get_base_object_queryset(self):
        return people_kept_by(self.request.user)


def reached(person) -> str:
    """Both, one under the other; the address may break before its host."""
    if not person.email:
        return person.login
    box, _at, host = person.email.partition("@")
    returns = format_html("<br><b>{}</b>", _("returns emails")) if person.returns_mail else ""
    return format_html("{}<br>{}<wbr>@{}{}", person.login, box, host, returns)


def places(person) -> str:
    return "; ".join(
        f"{membership.get_role_display()}, {membership.organisation.name}"
        for membership in person.memberships.all()
    )


class PersonViewSet(ModelViewSet):
    model = Person
    icon = "user"
    menu_label = _("Persons")
    menu_order = 200
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = PersonIndexView
    add_view_class = PersonAddView
    edit_view_class = PersonEditView
    history_view_class = PersonHistoryView
    usage_view_class = PersonUsageView
    search_backend_name = None
    search_fields = ["family_name", "given_name", "usage_name", "login", "email"]
    # Five columns fit beside the menu at 1280 px; with six, each name broke over three lines.
    list_display = [
        TitleColumn(
            "__str__",
            label=_("Name"),
            width="24%",
            get_url=lambda p: reverse("persons:edit", args=[p.pk]),
        ),
        Column("reached", label=_("Login, email address"), width="26%", accessor=reached),
        Column("places", label=_("Where"), width="28%", accessor=places),
        TitleColumn(
            "letters",
            label=_("Emails"),
            width="10%",
            accessor=lambda _person: _("Emails"),
            get_url=lambda p: reverse("people:person_letters", args=[p.public_id]),
        ),
        BooleanColumn("is_active", label=_("May log in")),
    ]
    list_filter = {"memberships__role": ["exact"], "is_active": ["exact"], "language": ["exact"]}
    ordering = ["family_name", "given_name"]

    def get_form_class(self, for_update=False):
        return PersonForm


class MembershipIndexView(generic.IndexView):
    def get_base_queryset(self):
        return memberships_kept_by(self.request.user).select_related("person", "organisation")


class MembershipAddView(generic.CreateView):
    def save_instance(self):
        membership = self.form.join(by=self.request.user)
        log(instance=membership, action="wagtail.create", user=self.request.user)
        return membership


class MembershipEditView(generic.EditView):
    def get_queryset(self):
        return memberships_kept_by(self.request.user)

    def save_instance(self):
        membership = self.form.change(by=self.request.user)
        log(instance=membership, action="wagtail.edit", user=self.request.user)
        return membership


class MembershipDeleteView(generic.DeleteView):
    def get_queryset(self):
        return memberships_kept_by(self.request.user)

    def form_valid(self, form):
        try:
            services.take_away(membership=self.object, by=self.request.user)
        except Refusal as refusal:
            messages.error(self.request, f"{refusal.reason} {refusal.advice}".strip())
            return redirect(self.get_success_url())
        messages.success(self.request, self.get_success_message())
        return redirect(self.get_success_url())


class MembershipHistoryView(history.HistoryView):
    def get_base_object_queryset(self):
        return memberships_kept_by(self.request.user)


class MembershipUsageView(usage.UsageView):
    def get_base_object_queryset(self):
        return memberships_kept_by(self.request.user)


class MembershipViewSet(ModelViewSet):
    model = Membership
    icon = "group"
    menu_label = _("Memberships")
    menu_order = 300
    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = MembershipIndexView
    add_view_class = MembershipAddView
    edit_view_class = MembershipEditView
    delete_view_class = MembershipDeleteView
    history_view_class = MembershipHistoryView
    usage_view_class = MembershipUsageView
    search_backend_name = None
    search_fields = [
        "person__family_name",
        "person__given_name",
        "person__login",
        "organisation__name",
        "organisation__uai",
    ]
    list_display = [
        "person",
        Column("get_role_display", label=_("Role")),
        "organisation",
        DateColumn("since", label=_("From")),
        DateColumn("until", label=_("Until")),
    ]
    list_filter = {"role": ["exact"], "since": ["gte", "lte"], "until": ["gte", "lte", "isnull"]}
    ordering = ["person__family_name", "person__given_name", "since"]

    def get_form_class(self, for_update=False):
        return MembershipForm


class RegistrarsOnly(View):
    """Wagtail's choosers ask for access to the admin alone: an author would list everybody's name."""

    def dispatch(self, request, *args, **kwargs):
        if not is_registrar(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class NothingMadeInPassing(RegistrarsOnly, chooser.CreateView):
    """Accounts and organisations have pages of their own; a chooser only chooses."""

    def can_create(self):
        return False


class ChooseView(RegistrarsOnly, chooser.ChooseView):
    pass


class ChooseResultsView(RegistrarsOnly, chooser.ChooseResultsView):
    pass


class ChosenView(RegistrarsOnly, chooser.ChosenView):
    pass


class ChosenMultipleView(RegistrarsOnly, chooser.ChosenMultipleView):
    pass


class ChosenPersonView(ChosenView):
    def get_object(self, pk):
        return Person.objects.of_registrars().get(pk=pk)


class ChosenPersonsView(ChosenMultipleView):
    def get_objects(self, pks):
        return Person.objects.of_registrars().filter(pk__in=pks)


class RegistrarsChooserViewSet(ChooserViewSet):
    choose_view_class = ChooseView
    choose_results_view_class = ChooseResultsView
    chosen_view_class = ChosenView
    chosen_multiple_view_class = ChosenMultipleView
    create_view_class = NothingMadeInPassing


class PersonChooserViewSet(RegistrarsChooserViewSet):
    """Chooses one adult among hundreds by typing a name."""

    chosen_view_class = ChosenPersonView
    chosen_multiple_view_class = ChosenPersonsView
    model = Person
    icon = "user"
    choose_one_text = _("Choose a person")
    choose_another_text = _("Choose another person")

    def get_object_list(self):
        return Person.objects.of_registrars()


class OrganisationChooserViewSet(RegistrarsChooserViewSet):
    model = Organisation

    def get_object_list(self):
        return Organisation.objects.filter(merged_into=None)

    icon = "home"
    choose_one_text = _("Choose an organisation")
    choose_another_text = _("Choose another organisation")
    url_filter_parameters = ["kind"]
    preserve_url_parameters = ["multiple", "kind"]


class SiteHistoryView(LogEntriesView):
    """History of the site, without that of students, whose entries carry their names."""

    def filter_queryset(self, queryset):
        if queryset.model is ModelLogEntry:
            adults = (
                Person.objects.of_registrars().annotate(key=Cast("pk", CharField())).values("key")
            )
            accounts = ContentType.objects.get_for_model(Person)
            queryset = queryset.filter(~Q(content_type=accounts) | Q(object_id__in=adults))
        return super().filter_queryset(queryset)


class AccountView(account.AccountView):
    """Without what Wagtail would do past us: a picture of oneself, which nobody sees, is decoded in the
    web process; a name isn't saved, though it says so. Names are changed in the profile.
    """

    def get_panels(self):
        left_out = (account.NameEmailSettingsPanel, account.AvatarSettingsPanel)
        return [panel for panel in super().get_panels() if not isinstance(panel, left_out)]


# In the place of Wagtail's own, in front of the admin's addresses.
admin_account = require_admin_access(AccountView.as_view())
site_history = require_admin_access(SiteHistoryView.as_view())
site_history_results = require_admin_access(SiteHistoryView.as_view(results_only=True))
