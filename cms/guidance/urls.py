"""Wagtail serves the pages themselves; here is what stands beside them.

`open_urlpatterns` have no language in their address.
"""

from django.urls import path

from cms.guidance import feeds
from cms.guidance.views import (
    care,
    links,
    opinions,
    pages,
    parity,
    pictures,
    restricted,
    search,
    search_engines,
    side_by_side,
    urgent,
    versions,
)

app_name = "guidance"
urlpatterns: list = [
    path("pages/<slug:public_id>/", pages.page, name="page"),
    path("pages/<slug:public_id>/pdf/", pages.pdf, name="pdf"),
    path("parity/", parity.board, name="parity"),
    path("parity.csv", parity.export, name="parity_csv"),
    path("pages/<slug:public_id>/side-by-side/", side_by_side.side_by_side, name="side_by_side"),
    path("pages/<slug:public_id>/translate/", side_by_side.translate, name="translate"),
    path("search/", search.search, name="search"),
    path("search/suggestions/", search.suggestions, name="search_suggestions"),
    path("search/missed/", search.missed_searches, name="missed_searches"),
    path("pages/<slug:public_id>/confirm/", care.confirm, name="confirm"),
    path("pages/<slug:public_id>/keepers/", care.keepers, name="keepers"),
    path("pages/<slug:public_id>/useful/", opinions.opinion, name="opinion"),
    path("overdue/", care.overdue, name="overdue"),
    path("dead-links/", links.dead_links, name="dead_links"),
    path("opinions/", opinions.opinions_list, name="opinions"),
    path("opinions/<slug:public_id>/", opinions.my_opinion, name="my_opinion"),
    path("opinions/<slug:public_id>/answer/", opinions.answer, name="answer"),
    path("opinions/<slug:public_id>/strike-out/", opinions.strike_out, name="strike_out"),
    path("pages/<slug:public_id>/urgent/", urgent.publish, name="urgent"),
    path("urgent/<slug:public_id>/review/", urgent.review, name="urgent_review"),
]
open_urlpatterns = [
    # Before Wagtail's own of the same address, which would make live aliases of missing parents.
    path(
        "admin/translation/submit/page/<int:page_id>/",
        side_by_side.translate_from_admin,
        name="translate_from_admin",
    ),
    # Before Wagtail's own, which takes one's own newer version for another person's.
    path(
        "admin/editing-sessions/ping/<str:app_label>/<str:model_name>/<str:object_id>/<int:session_id>/",
        versions.ping,
        name="ping",
    ),
    # Before Wagtail's own, which tells the titles of others' drafts.
    path("admin/choose-page/chosen-multiple/", restricted.chosen_pages, name="chosen_pages"),
    path("sitemap.xml", search_engines.sitemap, name="sitemap"),
    path("robots.txt", search_engines.robots, name="robots"),
    path("media/images/<path:name>", pictures.picture, name="picture"),
    path("feeds/<str:language>/news.xml", feeds.news, name="news_feed"),
    path("feeds/<str:language>/updates.xml", feeds.updates, name="updates_feed"),
]
