"""Reference data about people in the admin. Plain rows save here; accounts and memberships go through their services."""

from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic import chooser
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.log_actions import log

from courses.digest.viewsets import ToldViewSet
from courses.people import services
from courses.people.forms import MembershipForm, OrganisationForm, PersonForm
from courses.people.models import Membership, Organisation, Person, Subject
from courses.people.permissions import is_registrar


class OrganisationViewSet(ModelViewSet):
    model = Organisation
    icon = "home"
    menu_label = _("Organisations")
    menu_order = 100
    add_to_reference_index = False
    copy_view_enabled = False
    search_backend_name = None
    search_fields = ["name", "city", "uai"]
    list_display = ["name", Column("get_kind_display", label=_("Kind")), "city", "uai", BooleanColumn("is_pilot", label=_("Pilot"))]
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


class PersonIndexView(generic.IndexView):
    """Superusers are nobody's to edit but a superuser's."""

    def get_base_queryset(self):
        people = super().get_base_queryset().filter(erased_at=None).prefetch_related("memberships__organisation")
        return people if self.request.user.is_superuser else people.filter(is_superuser=False)


class PersonAddView(generic.CreateView):
    """Makes the account and sends the invitation."""

    def save_instance(self):
        person = services.register(self.form.instance, by=self.request.user)
        log(instance=person, action="wagtail.create", user=self.request.user)
        self.form.join(person, by=self.request.user)
        return person


class PersonEditView(generic.EditView):
    def get_object(self, queryset=None):
        person = super().get_object(queryset)
        if person.is_superuser and not self.request.user.is_superuser:
            raise PermissionDenied
        return person

    def save_instance(self):
        person = super().save_instance()
        self.form.join(person, by=self.request.user)
        return person


def places(person) -> str:
    return "; ".join(f"{membership.get_role_display()}, {membership.organisation.name}" for membership in person.memberships.all())


def letters_word(_person):
    return _("Letters")


def letters_of(person) -> str:
    return reverse("people:person_letters", args=[person.public_id])


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
    search_backend_name = None
    search_fields = ["family_name", "given_name", "usage_name", "login", "email"]
    list_display = [
        "__str__",
        "login",
        "email",
        Column("places", label=_("Where"), accessor=places),
        TitleColumn(
            "letters",
            label=_("Letters"),
            width="10%",
            accessor=lambda _person: _("Letters"),
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
        return super().get_base_queryset().select_related("person", "organisation")


class MembershipAddView(generic.CreateView):
    def save_instance(self):
        membership = self.form.join(by=self.request.user)
        log(instance=membership, action="wagtail.create", user=self.request.user)
        return membership


class MembershipEditView(generic.EditView):
    def save_instance(self):
        membership = self.form.change(by=self.request.user)
        log(instance=membership, action="wagtail.edit", user=self.request.user)
        return membership


class MembershipDeleteView(generic.DeleteView):
    def form_valid(self, form):
        person = self.object.person
        answer = super().form_valid(form)
        services.derive_groups(person)
        return answer


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
    search_backend_name = None
    search_fields = ["person__family_name", "person__given_name", "person__login", "organisation__name", "organisation__uai"]
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


class RegistrarsOnly:
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
        return Person.objects.adults().get(pk=pk)


class ChosenPersonsView(ChosenMultipleView):
    def get_objects(self, pks):
        return Person.objects.adults().filter(pk__in=pks)


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
        return Person.objects.adults()


class OrganisationChooserViewSet(RegistrarsChooserViewSet):
    model = Organisation
    icon = "home"
    choose_one_text = _("Choose an organisation")
    choose_another_text = _("Choose another organisation")
    url_filter_parameters = ["kind"]
    preserve_url_parameters = ["multiple", "kind"]
