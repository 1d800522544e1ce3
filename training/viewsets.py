"""The catalogue's trainings in the admin: plain reference data, in both languages."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.admin.ui.tables import BooleanColumn

from courses.digest.viewsets import ToldViewSet
from training.models import Training
from training.services import elsewhere


class TrainingViewSet(ToldViewSet):
    model = Training
    icon = "list-ul"
    menu_label = _("Trainings")
    menu_order = 210
    url_namespace = "trainings"
    url_prefix = "trainings"
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = [
        "title_fr",
        "title_en",
        "resource",
        BooleanColumn("is_published", label=_("shown in the catalogue"), sort_key="is_published"),
    ]
    list_filter = ["resource", "is_published", "subjects", "level"]
    search_fields = ["title_fr", "title_en", "summary_fr", "summary_en"]
    ordering = ["title_fr"]
    panels = [
        FieldPanel("resource"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("title_fr"), FieldPanel("title_en")]),
                FieldRowPanel([FieldPanel("summary_fr"), FieldPanel("summary_en")]),
                FieldRowPanel([FieldPanel("goals_fr"), FieldPanel("goals_en")]),
                FieldRowPanel([FieldPanel("preparation_fr"), FieldPanel("preparation_en")]),
            ],
            heading=_("French, and English beside it"),
        ),
        FieldPanel("subjects"),
        FieldPanel("level"),
        FieldPanel(
            "is_published",
            help_text=_(
                "Taken out, its sessions leave the catalogue. Whoever has a seat keeps it, and the"
                " session’s page: cancel the sessions that will not take place."
            ),
        ),
    ]

    @staticmethod
    def keys_of(training: Training) -> list[str]:
        return elsewhere.keys_of(training)


training_viewset = TrainingViewSet("trainings")
