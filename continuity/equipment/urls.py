"""Addresses of equipment: the survey for students, for calls, for schools and for the region; a
school's pool, its loans, its desk.
"""

from django.urls import path

from continuity.equipment.views import (
    agreements,
    answering,
    asking,
    calls,
    campaigns,
    desk,
    loans,
    needs,
    photos,
    pool,
    pool_table,
    region,
    region_things,
    results,
    returns,
    while_out,
)

urlpatterns = [
    path("survey/", answering.survey, name="survey"),
    path("survey/end/", answering.survey_end, name="survey_end"),
    path("survey/later/", answering.put_survey_off, name="put_survey_off"),
    path("survey/decline/", answering.decline_survey, name="decline_survey"),
    path("survey/withdraw/", answering.withdraw_answers, name="withdraw_answers"),
    path("survey/<slug:question>/", answering.survey_question, name="survey_question"),
    path("students/<slug:public_id>/survey/", calls.survey_call, name="survey_call"),
    path(
        "students/<slug:public_id>/survey/<slug:speaker>/end/",
        calls.survey_call_end,
        name="survey_call_end",
    ),
    path(
        "students/<slug:public_id>/survey/<slug:speaker>/<slug:question>/",
        calls.survey_call_question,
        name="survey_call_question",
    ),
    path("surveys/", results.surveys, name="surveys"),
    path("classes/<slug:public_id>/survey/", results.class_survey, name="class_survey"),
    path("classes/<slug:public_id>/survey/csv/", results.export_survey, name="export_survey"),
    path("schools/<slug:public_id>/survey/new/", campaigns.begin_survey, name="begin_survey"),
    path("surveys/<slug:public_id>/last-day/", campaigns.survey_last_day, name="survey_last_day"),
    path(
        "schools/<slug:public_id>/survey/<slug:proposal>/accept/",
        campaigns.accept_proposal,
        name="accept_survey_proposal",
    ),
    path(
        "schools/<slug:public_id>/survey/<slug:proposal>/decline/",
        campaigns.decline_proposal,
        name="decline_survey_proposal",
    ),
    path("surveys/region/", region.region_survey, name="region_survey"),
    path("surveys/region/propose/", region.propose_survey, name="propose_survey"),
    path(
        "surveys/region/<slug:public_id>/withdraw/",
        region.withdraw_proposal,
        name="withdraw_survey_proposal",
    ),
    path("equipment/", pool.equipment, name="equipment"),
    path("equipment/region/", region_things.region_things, name="region_things"),
    path("equipment/region/csv/", region_things.export_region_things, name="export_region_things"),
    path("equipment/mine/", asking.my_loans, name="my_loans"),
    path(
        "equipment/mine/agreements/<slug:public_id>/", agreements.my_agreement, name="my_agreement"
    ),
    path(
        "equipment/mine/agreements/<slug:public_id>/pdf/",
        agreements.my_file,
        name="my_agreement_file",
    ),
    path("equipment/agreements/<slug:public_id>/", agreements.agreement, name="agreement"),
    path(
        "equipment/agreements/<slug:public_id>/sign/",
        agreements.sign_at_counter,
        name="sign_agreement",
    ),
    path(
        "equipment/agreements/<slug:public_id>/sign/<slug:guardian>/",
        agreements.sign_at_counter,
        name="sign_agreement",
    ),
    path(
        "equipment/agreements/<slug:public_id>/give/",
        agreements.give_to_sign,
        name="give_agreement",
    ),
    path("equipment/agreements/<slug:public_id>/pdf/", agreements.desk_file, name="agreement_file"),
    path(
        "equipment/agreements/<slug:public_id>/hand-over/",
        agreements.hand_over,
        name="hand_over_agreed",
    ),
    path(
        "equipment/agreements/<slug:public_id>/off/",
        agreements.take_off,
        name="take_agreement_off",
    ),
    path("equipment/ask/", asking.ask_for_equipment, name="ask_for_equipment"),
    path("equipment/needs/<slug:public_id>/", needs.need, name="need"),
    path("equipment/needs/<slug:public_id>/withdraw/", asking.withdraw_need, name="withdraw_need"),
    path("students/<slug:public_id>/equipment/", asking.need_for, name="need_for"),
    path("schools/<slug:public_id>/equipment/needs/", needs.needs, name="needs"),
    path(
        "schools/<slug:public_id>/equipment/criteria/",
        asking.lending_criteria,
        name="lending_criteria",
    ),
    path(
        "schools/<slug:public_id>/equipment/criteria/edit/",
        needs.publish_criteria,
        name="publish_criteria",
    ),
    path("equipment/items/<slug:public_id>/", pool.item, name="thing"),
    path("equipment/items/<slug:public_id>/edit/", pool.edit_item, name="edit_thing"),
    path("equipment/items/<slug:public_id>/state/", pool.move_item, name="set_thing_state"),
    path("equipment/loans/<slug:public_id>/", loans.loan, name="loan"),
    path("equipment/loans/<slug:public_id>/back/", loans.take_back, name="take_back"),
    path("equipment/loans/<slug:public_id>/receipt/", returns.loan_receipt, name="loan_receipt"),
    path(
        "equipment/loans/<slug:public_id>/signatory/",
        agreements.correct_signatory,
        name="correct_signatory",
    ),
    path("equipment/loans/<slug:public_id>/photos/", photos.loan_photos, name="loan_photos"),
    path("equipment/photos/<slug:public_id>/", photos.loan_photo, name="loan_photo"),
    path(
        "equipment/photos/<slug:public_id>/remove/",
        photos.remove_loan_photo,
        name="remove_loan_photo",
    ),
    path("equipment/mine/photos/<slug:public_id>/", photos.my_photo, name="my_photo"),
    path(
        "equipment/lines/<slug:public_id>/correct/", returns.correct_return, name="correct_return"
    ),
    path("equipment/lines/<slug:public_id>/exchange/", returns.swap, name="swap_things"),
    path("equipment/lines/<slug:public_id>/estimate/", returns.estimate_loss, name="estimate_loss"),
    path("equipment/loans/<slug:public_id>/prolong/", while_out.prolong, name="prolong_loan"),
    path("equipment/loans/<slug:public_id>/follow/", while_out.follow, name="loan_follows"),
    path("equipment/loans/<slug:public_id>/reminders/", while_out.remind, name="remind_of_loan"),
    path("equipment/lines/<slug:public_id>/settle/", while_out.settle, name="settle_report"),
    path("equipment/mine/lines/<slug:public_id>/", while_out.my_report, name="my_report"),
    path("equipment/mine/loans/<slug:public_id>/receipt/", while_out.my_receipt, name="my_receipt"),
    path("schools/<slug:public_id>/equipment/", pool.pool, name="pool"),
    path("schools/<slug:public_id>/equipment/new/", pool.new_item, name="new_thing"),
    path("schools/<slug:public_id>/equipment/labels/", pool.labels, name="labels"),
    path(
        "schools/<slug:public_id>/equipment/table/", pool_table.import_items, name="import_things"
    ),
    path("schools/<slug:public_id>/equipment/csv/", pool_table.export_items, name="export_things"),
    path("schools/<slug:public_id>/equipment/loans/", loans.school_loans, name="school_loans"),
    path("schools/<slug:public_id>/equipment/desk/", desk.desk, name="desk"),
    path("schools/<slug:public_id>/equipment/desk/code/", desk.desk_code, name="desk_code"),
    path("schools/<slug:public_id>/equipment/desk/lend/", desk.lend, name="lend"),
    path(
        "schools/<slug:public_id>/equipment/desk/agreement/",
        desk.draw_up,
        name="draw_up_agreement",
    ),
]
