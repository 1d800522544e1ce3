"""All addresses. Pages stand under /fr/ and /en/; what machines and calendars call stands without."""

from importlib import import_module

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtail_admin_urls
from wagtail.documents import urls as wagtail_documents_urls

from cms.guidance import urls as guidance_urls
from cms.guidance.views import serving
from cms.operations import urls as operations_urls
from cms.today import urls as today_urls
from courses import urls as courses_urls

handler400 = "cms.today.views.bad_request"
handler403 = "cms.today.views.permission_denied"
handler404 = "cms.today.views.page_not_found"
handler500 = "cms.guidance.views.kept_text.server_error"

TO_THE_LOGIN = RedirectView.as_view(pattern_name="people:login", query_string=True)

products = [import_module(f"{product}.urls") for product in settings.PRODUCTS]

urlpatterns = [
    path("", include(today_urls.open_urlpatterns)),
    path("", include(operations_urls.open_urlpatterns)),
    path("", include(guidance_urls.open_urlpatterns)),
    path("", include(courses_urls.open_urlpatterns)),
    *[
        path("", include((product.open_urlpatterns, f"{product.app_name}_open")))
        for product in products
    ],
    # Whoever may write a person could here set passwords, groups and superusers: ours stands in the
    # place of Wagtail's user editor.
    re_path(r"^admin/(?:users|bulk/courses/person)/", RedirectView.as_view(url="/admin/persons/")),
    # These two lists of Wagtail's know no collections' permissions, and no screen of ours asks
    # them.
    re_path(r"^admin/api/main/(?:images|documents)/", RedirectView.as_view(url="/admin/")),
    # This report tells the title of each kind's latest draft, whoever's it is.
    re_path(r"^admin/reports/page-types-usage/", RedirectView.as_view(url="/admin/")),
    # Programs would publish, copy and delete pages here past our hooks: without a review, and without
    # a look at what still uses them.
    re_path(r"^admin/api/main/pages/\d+/action/", RedirectView.as_view(url="/admin/")),
    # There is one login page: ours counts wrong passwords.
    path("admin/login/", TO_THE_LOGIN),
    path("admin/", include(wagtail_admin_urls)),
    # Before Wagtail's own, which knows the newest name of a file only.
    re_path(r"^documents/(\d+)/(.*)$", serving.document, name="document"),
    path("documents/", include(wagtail_documents_urls)),
    *i18n_patterns(
        # What is asked for most stands first: each address is compared with those before it.
        *[path("", include(product.__name__)) for product in reversed(products)],
        path("", include("cms.today.urls")),
        path("", include("cms.guidance.urls")),
        path("", include("cms.indicators.urls")),
        path("", include("cms.register.urls")),
        path("", include("cms.operations.urls")),
        path("", include("courses.urls")),
        path("_util/login/", TO_THE_LOGIN),
        path(
            "",
            include(
                [address for address in wagtail_urls.urlpatterns if address.name != serving.ADDRESS]
            ),
        ),
        re_path(wagtail_urls.serve_pattern, serving.serve, name=serving.ADDRESS),
    ),
]
