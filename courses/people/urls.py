"""Log in, profile, letters, people of a school."""

from django.urls import path

from courses.people import viewsets
from courses.people.views import (
    account,
    guardians,
    letters,
    login_link,
    mergers,
    office,
    papers,
    password,
    second_factor,
    session,
    start,
    students,
)

app_name = "people"
# In front of the admin's own, at the same addresses.
admin_urlpatterns = [
    path("admin/logout/", session.logout, name="admin_logout"),
    path("admin/account/", viewsets.admin_account, name="admin_account"),
    path("admin/reports/site-history/", viewsets.site_history, name="admin_site_history"),
    path(
        "admin/reports/site-history/results/",
        viewsets.site_history_results,
        name="admin_site_history_results",
    ),
]
urlpatterns = [
    # In and out
    path("login/", session.login, name="login"),
    path("login/link/", login_link.ask, name="ask_for_login_link"),
    path("login/link/<slug:public_id>/<slug:token>/", login_link.log_in, name="login_by_link"),
    path("logout/", session.logout, name="logout"),
    path("login/own-password/", session.replace_paper_password, name="replace_paper_password"),
    path("login/second-step/", second_factor.second_factor_login, name="second_factor_login"),
    path("demo-login/", session.demo_login, name="demo_login"),
    path("password/", password.forgotten, name="forgotten"),
    path("password/<slug:uidb64>/<slug:token>/", password.choose_password, name="choose_password"),
    path("password/<slug:public_id>/", password.new_link, name="new_link"),
    # One's own account
    path("profile/", account.profile, name="profile"),
    path("profile/printed-name/", account.printed_name, name="printed_name"),
    path("profile/keys/<int:pk>/", account.take_key_off, name="take_key_off"),
    path("profile/mail-address/", account.change_address, name="change_address"),
    path("profile/counting/", account.set_counted, name="set_counted"),
    path("profile/password/", account.change_password, name="change_password"),
    path("profile/second-step/", second_factor.second_factor, name="second_factor"),
    path(
        "profile/second-step/change/",
        second_factor.change_second_factor,
        name="change_second_factor",
    ),
    path("profile/sessions/", session.sessions, name="sessions"),
    path("profile/sessions/end/", session.end_session, name="end_session"),
    path("mail-address/<code>/", account.confirm_address, name="confirm_address"),
    # Letters
    path("letters/", letters.letters, name="letters"),
    path("letters/<slug:public_id>/", letters.letter, name="letter"),
    path("letters/<slug:public_id>/message/", letters.letter_html, name="letter_html"),
    path("letters/<slug:public_id>/calendar/", letters.letter_calendar, name="letter_calendar"),
    path(
        "letters/<slug:public_id>/attachments/<int:place>/",
        letters.letter_attachment,
        name="letter_attachment",
    ),
    path("letters/<slug:public_id>/send-again/", letters.send_again, name="send_again"),
    path("persons/<slug:public_id>/letters/", letters.person_letters, name="person_letters"),
    path(
        "persons/<slug:public_id>/keys/<int:pk>/",
        letters.take_key_off_from,
        name="take_key_off_from",
    ),
    path(
        "persons/<slug:public_id>/second-step/",
        second_factor.take_off_second_factor,
        name="take_off_second_factor",
    ),
    path(
        "persons/letters/<slug:public_id>/send-again/", letters.send_again_to, name="send_again_to"
    ),
    # What was asked for on paper
    path("papers/<slug:public_id>/", papers.paper, name="paper"),
    path("papers/<slug:public_id>/file/", papers.paper_file, name="paper_file"),
    # The start of a school
    path("people/import/", start.import_people, name="import_people"),
    path("people/export/", start.export_people, name="export_people"),
    path("organisations/import/", start.import_organisations, name="import_organisations"),
    path("organisations/export/", start.export_organisations, name="export_organisations"),
    # Students, kept by their school's leaders
    path(
        "schools/<slug:public_id>/students/import/",
        students.import_students,
        name="import_students",
    ),
    path(
        "schools/<slug:public_id>/students/export/",
        students.export_students,
        name="export_students",
    ),
    path("students/", students.accounts, name="students"),
    path("students/<slug:public_id>/account/", students.student, name="student"),
    path(
        "students/<slug:public_id>/account/forget-address/",
        students.forget_address,
        name="forget_address",
    ),
    path(
        "students/<slug:public_id>/account/leaves/", students.student_leaves, name="student_leaves"
    ),
    path(
        "students/<slug:public_id>/account/returns/",
        students.student_returns,
        name="student_returns",
    ),
    path("schools/<slug:public_id>/goes-on/", mergers.merge_school, name="merge_school"),
    path("schools/<slug:public_id>/office/", office.office, name="office"),
    path("schools/<slug:public_id>/office/<int:pk>/end/", office.end_office, name="end_office"),
    # Guardians, kept by their school's leaders alone
    path("schools/<slug:public_id>/guardians/", guardians.school_guardians, name="guardians"),
    path(
        "schools/<slug:public_id>/guardians/switch/",
        guardians.switch_guardians,
        name="switch_guardians",
    ),
    path(
        "schools/<slug:public_id>/guardians/import/",
        guardians.import_guardians,
        name="import_guardians",
    ),
    path(
        "schools/<slug:public_id>/guardians/export/",
        guardians.export_guardians,
        name="export_guardians",
    ),
    path(
        "students/<slug:public_id>/guardians/",
        guardians.student_guardians,
        name="student_guardians",
    ),
    path("students/<slug:public_id>/of-age/", guardians.set_of_age, name="set_of_age"),
    path("guardians/<slug:public_id>/end/", guardians.end_guardian, name="end_guardian"),
    path("guardians/<slug:public_id>/quality/", guardians.change_guardian, name="change_guardian"),
    path("guardians/<slug:public_id>/link/", guardians.make_link, name="make_guardian_link"),
    path(
        "guardians/<slug:public_id>/link/end/",
        guardians.revoke_link,
        name="revoke_guardian_link",
    ),
    path("classes/<slug:public_id>/slips/", students.slips, name="slips"),
    path("students/<slug:public_id>/slip/", students.new_slip, name="new_slip"),
]
