"""Addresses of video: Video classes."""

from django.urls import path

from continuity.video import views

urlpatterns = [
    path("parts/<slug:public_id>/video/new/", views.new_video, name="new_video"),
    path("video/<slug:public_id>/", views.edit_video, name="edit_video"),
    path("video/<slug:public_id>/title/", views.rename_video, name="rename_video"),
    path("video/<slug:public_id>/prolong/", views.prolong_video, name="prolong_video"),
    path("video/<slug:public_id>/add/", views.add_video_date, name="add_video_date"),
    path("meetings/<slug:public_id>/enter/", views.enter_video, name="enter_video"),
    path("meetings/<slug:public_id>/move/", views.move_video, name="move_video"),
    path("meetings/<slug:public_id>/cancel/", views.cancel_video, name="cancel_video"),
]
