"""Which resources a lesson or homework offers to open."""

import datetime

from django import forms
from django.utils.translation import gettext_lazy as _

from continuity.plans.queries.planner import resources_of_class
from courses.catalogue.models import Resource
from courses.people.models import Teaching


class TilesField(forms.MultipleChoiceField):
    """Slugs of resources that the class has today; one that was chosen and that it has no more stays
    chosen. Nothing to choose: `offer` takes the field away.
    """

    def __init__(self):
        super().__init__(
            label=_("Resources to open"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text=_(
                "Students find a button to open them below your text, as long as the subscription"
                " includes them. On paper there is the name."
            ),
            error_messages={
                "invalid_choice": _(
                    "The class no longer has a resource that you had chosen. Look at the others, and save"
                    " again."
                )
            },
        )


def offer(
    form: forms.Form, teaching: Teaching | None, day: datetime.date, chosen: list[str]
) -> None:
    found = Resource.objects.filter(slug__in=chosen)
    if teaching:
        found = found | Resource.objects.filter(
            pk__in=resources_of_class(teaching, day).values("pk")
        )
    choices = list(found.order_by("name").values_list("slug", "name"))
    if choices:
        form.fields["tiles"].choices = choices
    else:
        del form.fields["tiles"]
