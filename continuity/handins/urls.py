"""Addresses of handins: Hand-ins."""

from django.urls import path

from continuity.handins.views import hand_in, pages, receipt

urlpatterns = [
    path("homework/<slug:public_id>/hand-in/", hand_in.hand_in, name="hand_in"),
    path("homework/<slug:public_id>/hand-in/again/", hand_in.begin_again, name="hand_in_again"),
    path("homework/<slug:public_id>/hand-in/drop/", hand_in.drop_handin, name="drop_handin"),
    path(
        "homework/<slug:public_id>/hand-in/pages/<slug:page>/turn/",
        pages.turn_page,
        name="turn_page",
    ),
    path(
        "homework/<slug:public_id>/hand-in/pages/<slug:page>/move/",
        pages.move_page,
        name="move_page",
    ),
    path(
        "homework/<slug:public_id>/hand-in/pages/<slug:page>/remove/",
        pages.remove_page,
        name="remove_page",
    ),
    path(
        "homework/<slug:public_id>/hand-in/pages/<slug:page>/retake/",
        pages.retake_page,
        name="retake_page",
    ),
    path("hand-ins/<slug:public_id>/receipt/", receipt.receipt, name="receipt"),
    path("hand-ins/<slug:public_id>/pdf/", receipt.handin_pdf, name="handin_pdf"),
    path("pages/<slug:public_id>/small/", pages.page_small, name="page_small"),
]
open_urlpatterns = [
    path("uploads/<slug:public_id>/", pages.add_photo, name="add_photo"),
]
