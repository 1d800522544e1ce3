"""The roof. Its pages get their panels here: models import neither forms nor panels."""

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
        import_module("cms.guidance.receivers")
