"""Addresses of handins: Hand-ins."""

from django.urls import path

from continuity.handins import views

urlpatterns = [
    path("homework/<slug:public_id>/hand-in/", views.hand_in, name="hand_in"),
    path("homework/<slug:public_id>/hand-in/again/", views.begin_again, name="hand_in_again"),
    path("homework/<slug:public_id>/hand-in/drop/", views.drop_handin, name="drop_handin"),
    path(
        "homework/<slug:public_id>/hand-in/pages/<slug:page>/turn/",
        views.turn_page,
        name="turn_page",
    ),
    path(
        "homework/<slug:public_id>/hand-in/pages/<slug:page>/move/",
        views.move_page,
        name="move_page",
    ),
    path(
        "homework/<slug:public_id>/hand-in/pages/<slug:page>/remove/",
        views.remove_page,
        name="remove_page",
    ),
    path(
        "homework/<slug:public_id>/hand-in/pages/<slug:page>/retake/",
        views.retake_page,
        name="retake_page",
    ),
    path("hand-ins/<slug:public_id>/receipt/", views.receipt, name="receipt"),
    path("hand-ins/<slug:public_id>/pdf/", views.handin_pdf, name="handin_pdf"),
    path("pages/<slug:public_id>/small/", views.page_small, name="page_small"),
]
open_urlpatterns = [
    path("uploads/<slug:public_id>/", views.add_photo, name="add_photo"),
]
