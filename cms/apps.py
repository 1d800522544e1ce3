"""The roof. Its pages get their panels here, and what they show: models import neither forms nor
queries.
"""

from importlib import import_module

from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = "Passerelle"

    def ready(self):
        models, panels = import_module("cms.guidance.models"), import_module("cms.guidance.panels")
        models.HomePage.content_panels = models.TextPage.content_panels = panels.WORDS
        models.TopicPage.content_panels = models.NewsIndexPage.content_panels = panels.WORDS
        models.ResourcePage.content_panels = panels.WORDS_OF_A_RESOURCE
        models.GuidancePage.content_panels = panels.WORDS_OF_GUIDANCE
        models.NewsPage.content_panels = panels.WORDS_OF_NEWS
        models.BilingualPage.promote_panels = []  # folded into the content
        pages = import_module("cms.guidance.queries.pages")
        models.BilingualPage.shown_to = pages.shown
        models.HomePage.shown_to = pages.shown_at_home
        models.TopicPage.shown_to = pages.shown_on_topic
        models.ResourcePage.shown_to = pages.shown_on_resource
        models.GuidancePage.shown_to = pages.shown_on_guidance
        models.NewsIndexPage.shown_to = pages.shown_on_news_index
        models.NewsPage.shown_to = pages.shown_on_news
        models.BilingualPage.why_not_publish = import_module(
            "cms.guidance.services"
        ).why_not_publish
        forms = import_module("cms.guidance.forms.pages")
        models.BilingualPage.base_form_class = forms.GuidancePageForm
        models.BilingualPage.copy_form_class = forms.CopyPageForm
        # The title of a picture is what its file is called: no page describes it so.
        import_module("wagtail.images").get_image_model().default_alt_text = property(
            lambda picture: picture.description
        )
        import_module("cms.guidance.receivers")
        import_module("cms.management.definitions")
        import_module("cms.management.deployment")
        # Wagtail says that saving overwrites the newer version; ours keeps both, and says so.
        import_module(
            "wagtail.admin.ui.editing_sessions"
        ).EditingSessionsList.template_name = "guidance/admin/who_else.html"
        # Wagtail mails comments from within the request; ours go through the outbox.
        editor = import_module("wagtail.admin.views.pages.edit").EditView
        editor.send_commenting_notifications = import_module(
            "cms.guidance.views.editor"
        ).tell_of_comments
