"""Addresses of contact: students not heard of, calls, weeks handed over on paper."""

from django.urls import path

from continuity.contact.views import calls, silent

urlpatterns = [
    path("silent/", silent.silent, name="silent"),
    path("silent/mine/", silent.my_signs, name="my_signs"),
    path("students/<slug:public_id>/call/", calls.note_call, name="note_call"),
    path("students/<slug:public_id>/call/take/", calls.take_call, name="take_call"),
    path("calls/<slug:public_id>/give-back/", calls.give_back_call, name="give_back_call"),
    path("calls/<slug:public_id>/undo/", calls.undo_call, name="undo_call"),
    path("students/<slug:public_id>/paper/", calls.hand_paper, name="hand_paper"),
    path("papers-handed/<slug:public_id>/undo/", calls.take_paper_back, name="take_paper_back"),
]
