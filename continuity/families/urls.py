"""Addresses of families: by account, and by a personal link."""

from django.urls import path

from continuity.families.views import (
    absences,
    agreements,
    children,
    choice,
    equipment,
    links,
    mails,
    survey,
    while_out,
)

LINK, CHILD = "families/link/<slug:token>", "families/<slug:public_id>"

urlpatterns = [
    path("families/", children.children, name="children"),
    path("families/announced/", absences.announced, name="announced"),
    path("families/who-reads/", choice.who_reads, name="who_reads"),
    # By a personal link
    path(f"{LINK}/", children.link_week, name="link_week"),
    path(f"{LINK}/absence/", absences.link_absence, name="link_absence"),
    path(
        f"{LINK}/absence/<slug:notice>/take-back/",
        absences.link_take_back,
        name="link_take_back",
    ),
    path(f"{LINK}/stop/", links.link_stop, name="link_stop"),
    path(f"{LINK}/survey/", survey.link_survey, name="link_survey"),
    path(f"{LINK}/survey/end/", survey.link_survey_end, name="link_survey_end"),
    path(f"{LINK}/survey/delete/", survey.link_survey_withdraw, name="link_survey_withdraw"),
    path(
        f"{LINK}/survey/<slug:question>/",
        survey.link_survey_question,
        name="link_survey_question",
    ),
    path(f"{LINK}/equipment/", equipment.link_equipment, name="link_equipment"),
    path(
        f"{LINK}/agreements/<slug:agreement>/",
        agreements.link_agreement,
        name="link_agreement",
    ),
    path(
        f"{LINK}/agreements/<slug:agreement>/pdf/",
        agreements.link_agreement_file,
        name="link_agreement_file",
    ),
    path(f"{LINK}/lines/<slug:line>/", while_out.link_report, name="link_report"),
    path(f"{LINK}/photos/<slug:photo>/", while_out.link_photo, name="link_photo"),
    path(f"{LINK}/loans/<slug:loan>/receipt/", while_out.link_receipt, name="link_receipt"),
    path(f"{LINK}/equipment/ask/", equipment.link_ask, name="link_ask"),
    path(
        f"{LINK}/equipment/<slug:need>/withdraw/",
        equipment.link_withdraw_need,
        name="link_withdraw_need",
    ),
    path(f"{LINK}/<str:monday>/", children.link_week, name="link_week_of"),
    # By account
    path(f"{CHILD}/", children.child_week, name="child_week"),
    path(f"{CHILD}/absence/", absences.child_absence, name="child_absence"),
    path(
        f"{CHILD}/absence/<slug:notice>/take-back/",
        absences.child_take_back,
        name="child_take_back",
    ),
    path(f"{CHILD}/renew/", links.child_renew, name="child_renew"),
    path(f"{CHILD}/stop/", links.child_stop, name="child_stop"),
    path(f"{CHILD}/survey/", survey.child_survey, name="child_survey"),
    path(f"{CHILD}/survey/end/", survey.child_survey_end, name="child_survey_end"),
    path(f"{CHILD}/survey/delete/", survey.child_survey_withdraw, name="child_survey_withdraw"),
    path(
        f"{CHILD}/survey/<slug:question>/",
        survey.child_survey_question,
        name="child_survey_question",
    ),
    path(f"{CHILD}/equipment/", equipment.child_equipment, name="child_equipment"),
    path(
        f"{CHILD}/agreements/<slug:agreement>/",
        agreements.child_agreement,
        name="child_agreement",
    ),
    path(
        f"{CHILD}/agreements/<slug:agreement>/pdf/",
        agreements.child_agreement_file,
        name="child_agreement_file",
    ),
    path(f"{CHILD}/lines/<slug:line>/", while_out.child_report, name="child_report"),
    path(f"{CHILD}/photos/<slug:photo>/", while_out.child_photo, name="child_photo"),
    path(f"{CHILD}/loans/<slug:loan>/receipt/", while_out.child_receipt, name="child_receipt"),
    path(f"{CHILD}/equipment/ask/", equipment.child_ask, name="child_ask"),
    path(
        f"{CHILD}/equipment/<slug:need>/withdraw/",
        equipment.child_withdraw_need,
        name="child_withdraw_need",
    ),
    path(f"{CHILD}/<str:monday>/", children.child_week, name="child_week_of"),
]
open_urlpatterns = [
    path("family-mails/<str:token>/", mails.no_family_mails, name="no_family_mails"),
]
