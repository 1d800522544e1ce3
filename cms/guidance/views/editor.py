"""What we add to the page editor's menu, and what may not be done there."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.action_menu import ActionMenuItem

from cms.guidance import services
from cms.guidance.models import BilingualPage
from cms.guidance.permissions import may_publish_urgently


class PublishUrgently(ActionMenuItem):
    """Leads to our page that asks once more."""

    label = _("Publish urgently…")
    name = "action-urgent"
    icon_name = "warning"

    def is_shown(self, context):
        page = context.get("page")
        return context["view"] == "edit" and isinstance(page, BilingualPage) and may_publish_urgently(context["request"].user, page)

    def get_url(self, parent_context):
        page = parent_context["page"]
        address = reverse("guidance:urgent", args=[services.pair_of(page).public_id])
        return f"{address}?language={page.locale.language_code}"
