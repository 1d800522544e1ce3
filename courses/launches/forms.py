"""Forms: what a person lets a resource learn; the admin's form of a way to a resource."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from courses.launches.enums import LaunchWay
from courses.launches.models import TELLING, ResourceConnection
from courses.launches.values import Knowledge

# A new code can't be undone: no single tap asks for one.
UNTICKED = {"required": _("Tick the box, if it is to be done all the same.")}


class TellsForm(forms.Form):
    """Optional attributes, each off unless ticked."""

    tells = forms.MultipleChoiceField(
        label=_("Send this, too, if you like"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, knowledge: Knowledge, **kwargs):
        super().__init__(*args, **kwargs)
        on = [one.claim for one in knowledge.told if one.is_optional]
        self.fields["tells"].initial = on
        self.fields["tells"].choices = [(one.claim, one.in_words) for one in knowledge.choices]


class RenewCodesForm(forms.Form):
    knows = forms.BooleanField(
        label=_("I know that everybody’s work at this resource begins anew."),
        error_messages=UNTICKED,
    )


class RenewCodeForm(forms.Form):
    knows = forms.BooleanField(
        label=_("I know that what I began there won’t follow me."), error_messages=UNTICKED
    )


class ConnectionForm(WagtailAdminModelForm):
    """A provider that wants a name can't be opened by a signed link: asked here, before a school
    finds out.
    """

    works_without_a_name = forms.BooleanField(
        label=_("The provider says that it works with a code in place of a name"),
        required=False,
        help_text=_(
            "Signed link only. Passerelle gives no name and no email address to anybody: a resource"
            " that asks for them can only be opened through the ENT."
        ),
    )

    class Meta:
        model = ResourceConnection
        fields = [
            "resource",
            "way",
            "address",
            *TELLING.values(),
            "purpose_fr",
            "purpose_en",
            "meanwhile_fr",
            "meanwhile_en",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["address"].assume_scheme = "https"
        self.fields["works_without_a_name"].initial = self.instance.is_signed
        if self.instance.pk:
            self.fields["resource"].disabled = True

    def clean(self):
        given = super().clean()
        address = given.get("address", "")
        if not address and not self.instance.is_practice and "address" not in self.errors:
            self.add_error("address", _("Give the address."))
        if given.get("way") == LaunchWay.SIGNED:
            if "?" in address or "#" in address:
                self.add_error(
                    "address", _("The address of a signed link holds neither “?” nor “#”.")
                )
            if not given["works_without_a_name"]:
                self.add_error(
                    "works_without_a_name",
                    _(
                        "A signed link gives no name. If the provider insists on one, choose the way"
                        " through the ENT."
                    ),
                )
        return given
