"""Training's addresses: `urlpatterns` under a language, `open_urlpatterns` without one."""

from django.urls import path

from training.views import (
    at_risk,
    attendance,
    calendar,
    catalogue,
    certificate,
    certificate_corrections,
    changes,
    date_alerts,
    enrolment,
    evaluation,
    feed,
    mine,
    my_dates,
    offer,
    papers,
    participants,
    planning,
    planning_list,
    presence,
    provider_list,
    rhythm,
    room,
    session,
    team,
    trainer,
    wishes,
)

app_name = "training"
urlpatterns = [
    # Catalogue, session, enrolment
    path("trainings/", catalogue.catalogue, name="catalogue"),
    path("trainings/month/", catalogue.catalogue_month, name="catalogue_month"),
    path("trainings/<slug:public_id>/enrol/", enrolment.enrol, name="enrol"),
    path(
        "trainings/<slug:public_id>/new-dates/",
        date_alerts.tell_me_of_dates,
        name="tell_me_of_dates",
    ),
    path("trainings/<slug:public_id>/wish/", wishes.wish, name="wish"),
    path("wishes/", wishes.wishes, name="wishes"),
    path("trainings/<slug:public_id>/calendar.ics", session.session_ics, name="session_ics"),
    path("trainings/<slug:public_id>/", session.session, name="session_short"),
    path("trainings/<slug:public_id>/<slug:slug>/", session.session, name="session"),
    path("meetings/<slug:public_id>/calendar.ics", session.meeting_ics, name="meeting_ics"),
    path(
        "enrolments/<slug:public_id>/cancel/", enrolment.cancel_enrolment, name="cancel_enrolment"
    ),
    path("enrolments/<slug:public_id>/dates/", my_dates.my_dates, name="my_dates"),
    path(
        "enrolments/<slug:public_id>/dates/<slug:meeting_id>/give-back/",
        my_dates.give_back_date,
        name="give_back_date",
    ),
    path(
        "enrolments/<slug:public_id>/dates/<slug:meeting_id>/take-again/",
        my_dates.take_date_again,
        name="take_date_again",
    ),
    path("offers/<slug:public_id>/", offer.offer, name="offer"),
    path("offers/<slug:public_id>/take/", offer.take_offer, name="take_offer"),
    path("offers/<slug:public_id>/decline/", offer.decline_offer, name="decline_offer"),
    path("my-trainings/", mine.mine, name="mine"),
    path("my-trainings/calendar/", feed.my_feed, name="my_feed"),
    path("my-trainings/calendar/open/", feed.open_feed, name="open_feed"),
    path("my-trainings/calendar/renew/", feed.renew_feed, name="renew_feed"),
    path("my-trainings/calendar/close/", feed.close_feed, name="close_feed"),
    # Planning: the adviser's sessions, and the trainer's
    path("sessions/", planning_list.planning, name="planning"),
    path("sessions/file/", planning_list.export_sessions, name="export_sessions"),
    path("sessions/month/", calendar.planning_month, name="planning_month"),
    path("sessions/at-risk/", at_risk.seats_at_risk, name="seats_at_risk"),
    path("sessions/new/", planning.new_session, name="new_session"),
    path("sessions/<slug:public_id>/list/", participants.session_people, name="session_people"),
    path("sessions/<slug:public_id>/export/", participants.export_people, name="export_people"),
    path("sessions/<slug:public_id>/open/", planning.open_session, name="open_session"),
    path("sessions/<slug:public_id>/edit/", planning.edit_session, name="edit_session"),
    path("sessions/<slug:public_id>/move/", changes.move_session, name="move_session"),
    path("sessions/<slug:public_id>/add-date/", changes.add_date, name="add_date"),
    path("sessions/<slug:public_id>/go-on/", rhythm.go_on, name="go_on"),
    path(
        "sessions/<slug:public_id>/meetings/<slug:meeting_id>/move-following/",
        rhythm.move_following,
        name="move_following",
    ),
    path(
        "sessions/<slug:public_id>/meetings/<slug:meeting_id>/stop-after/",
        rhythm.stop_after,
        name="stop_after",
    ),
    path("sessions/<slug:public_id>/delete/", changes.delete_draft, name="delete_draft"),
    path("sessions/<slug:public_id>/cancel/", changes.cancel_session, name="cancel_session"),
    path(
        "sessions/<slug:public_id>/meetings/<slug:meeting_id>/cancel/",
        changes.cancel_date,
        name="cancel_date",
    ),
    path("sessions/<slug:public_id>/message/", participants.message_people, name="message_people"),
    path("sessions/<slug:public_id>/enrol/", participants.enrol_somebody, name="enrol_somebody"),
    path("sessions/<slug:public_id>/enrol-team/", team.enrol_team, name="enrol_team"),
    path(
        "enrolments/<slug:public_id>/cancel-for/",
        participants.cancel_for_somebody,
        name="cancel_for_somebody",
    ),
    path("sessions/<slug:public_id>/rooms/", room.session_rooms, name="session_rooms"),
    path("sessions/<slug:public_id>/rooms/all/", room.set_room, name="set_room"),
    path(
        "sessions/<slug:public_id>/rooms/<slug:meeting_id>/date/",
        room.set_room,
        name="set_date_room",
    ),
    path(
        "sessions/<slug:public_id>/rooms/<slug:meeting_id>/forget/",
        room.forget_room,
        name="forget_room",
    ),
    path(
        "sessions/<slug:public_id>/rooms/<slug:meeting_id>/plan-b/",
        room.announce_plan_b,
        name="announce_plan_b",
    ),
    path(
        "sessions/<slug:public_id>/rooms/<slug:meeting_id>/first-room/",
        room.take_back_plan_b,
        name="take_back_plan_b",
    ),
    path("my-sessions/", trainer.my_sessions, name="my_sessions"),
    path("my-sessions/<slug:public_id>/", trainer.my_session, name="my_session"),
    # Attendance and certificates
    path("sheets/", attendance.sheets, name="sheets"),
    path("sheets/<slug:public_id>/", attendance.sheet, name="sheet"),
    path("sheets/<slug:public_id>/save/", attendance.save_sheet, name="save_sheet"),
    path("sheets/<slug:public_id>/mark-all/", attendance.mark_all, name="mark_all"),
    path("sheets/<slug:public_id>/list/", provider_list.provider_list, name="provider_list"),
    path(
        "sheets/<slug:public_id>/list/match/",
        provider_list.match_provider_list,
        name="match_provider_list",
    ),
    path(
        "sheets/<slug:public_id>/list/erase/",
        provider_list.erase_provider_list,
        name="erase_provider_list",
    ),
    path("sheets/<slug:public_id>/hours/", attendance.state_hours, name="state_hours"),
    path("sheets/<slug:public_id>/close/", attendance.close_sheet, name="close_sheet"),
    path("sheet-lines/<slug:public_id>/correct/", attendance.correct_line, name="correct_line"),
    path(
        "sheet-lines/<slug:public_id>/regularise/",
        attendance.regularise_guest,
        name="regularise_guest",
    ),
    path("enrolments/<slug:public_id>/notice/", papers.ask_for_notice, name="ask_for_notice"),
    path("sessions/<slug:public_id>/sign-in/", papers.ask_for_sign_in, name="ask_for_sign_in"),
    path("my-trainings/<slug:public_id>/presence/", presence.presence, name="presence"),
    path("presence/<slug:public_id>/contest/", presence.contest_presence, name="contest_presence"),
    path("contests/<slug:public_id>/answer/", attendance.answer_contest, name="answer_contest"),
    # Evaluation
    path("my-trainings/<slug:public_id>/evaluation/", evaluation.evaluate, name="evaluate"),
    path(
        "sessions/<slug:public_id>/evaluation/",
        evaluation.evaluation_results,
        name="evaluation_results",
    ),
    path("evaluations/<slug:public_id>/hide/", evaluation.hide_comment, name="hide_comment"),
    path("evaluations/<slug:public_id>/show/", evaluation.show_comment, name="show_comment"),
    path("my-certificates/", certificate.certificates, name="certificates"),
    path("my-certificates/hours/", certificate.hours, name="hours"),
    path("my-certificates/hours/paper/", certificate.hours_on_paper, name="hours_on_paper"),
    path(
        "my-certificates/<slug:code>/file/", certificate.certificate_file, name="certificate_file"
    ),
    path(
        "my-certificates/<slug:code>/name/", certificate.certificate_name, name="certificate_name"
    ),
    path(
        "my-certificates/<slug:code>/correct/",
        certificate_corrections.ask_for_correction,
        name="ask_for_correction",
    ),
    path(
        "certificates/requests/",
        certificate_corrections.certificate_requests,
        name="certificate_requests",
    ),
    path(
        "certificates/requests/<slug:public_id>/",
        certificate_corrections.certificate_request,
        name="certificate_request",
    ),
    path(
        "certificates/<slug:code>/revoke/",
        certificate.revoke_certificate,
        name="revoke_certificate",
    ),
]
open_urlpatterns: list = [
    path("feeds/trainings/<slug:secret>.ics", feed.feed, name="feed"),
    path("verify/", certificate.verify, name="verify_form"),
    path("verify/<str:code>/", certificate.verify, name="verify"),
]
