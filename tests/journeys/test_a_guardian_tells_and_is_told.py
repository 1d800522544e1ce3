"""A guardian tells of an absence beforehand, gets one email a week, renews the link; a student of
age decides; a school enters guardians from a table.
"""

import datetime
import re

import pytest
import time_machine
from django.core import mail as outbox
from django.urls import reverse
from django.utils import timezone, translation

from continuity.enums import Motive
from continuity.families import services as families
from continuity.families.exceptions import AbsenceHasBegun, AbsenceIsOver, MayOnlyBeTold
from continuity.families.notifications import stop_path
from continuity.models import AbsenceNotice
from courses.agenda.models import Closure
from courses.mail import services as mails
from courses.mail.enums import LetterState
from courses.mail.models import Letter
from courses.people.enums import GuardianQuality, Role
from courses.people.models import Guardianship, Person
from courses.people.services import guardians
from tests.factories import rolls
from tests.factories.continuity import (
    MONDAY,
    LeaderFactory,
    SchoolClassFactory,
    StudentFactory,
    at,
    exemption_of,
    homework_item,
    part_of,
    teaching,
    tutor_of,
)
from tests.factories.guardians import GuardianFactory, follows, linked, with_guardians
from tests.factories.people import RegistrarFactory

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-12-01T12:00")]
TOMORROW = datetime.date(2026, 12, 2)
SUNDAY = at(datetime.date(2026, 12, 6), 18, 5)


@pytest.fixture
def school_class():
    return SchoolClassFactory(name="2de 4")


@pytest.fixture
def student(school_class):
    return StudentFactory(in_class=school_class, given_name="Lilas")


@pytest.fixture
def kept(student):
    return follows(GuardianFactory(language="en"), student)


def sent(letter: Letter) -> Letter:
    mails.send(letter.pk, letter.attempts)
    letter.refresh_from_db()
    return letter


# Absences


@pytest.mark.parametrize("way", ["account", "link"])
def test_the_tutor_and_the_leader_read_what_a_guardian_told(client, kept, school_class, way):
    if way == "account":
        client.force_login(kept.guardian)
        address = reverse("continuity:child_absence", args=[kept.public_id])
    else:
        address = reverse("continuity:link_absence", args=[linked(kept)])
    given = {"first_day": TOMORROW.isoformat(), "motive": Motive.OFFICIAL}
    client.post(address, given)
    client.post(address, given)  # sent twice

    assert AbsenceNotice.objects.get().last_day == TOMORROW
    for staff in (tutor_of(school_class), LeaderFactory(leads=school_class.school)):
        client.force_login(staff)
        assert "Lilas" in client.get(reverse("continuity:announced")).content.decode()
    for other in (tutor_of(SchoolClassFactory()), teaching(school_class).teacher):
        client.force_login(other)
        assert "Lilas" not in client.get(reverse("continuity:announced")).content.decode()


def test_on_the_day_the_roll_names_who_was_announced(client, kept, school_class):
    given = teaching(school_class)
    today = datetime.date(2026, 12, 1)
    families.announce(guardianship=kept, first_day=today, last_day=today, motive=Motive.OFFICIAL)
    roll = rolls.begun(given, at(today, 9))
    client.force_login(given.teacher)

    told = client.get(reverse("continuity:roll", args=[roll.public_id])).content.decode()

    notice = told.partition("notice__what")[2].partition("</div>")[0]
    assert kept.student.display_name in notice
    assert str(Motive.OFFICIAL.label) not in told


@pytest.mark.parametrize("way", ["account", "link"])
def test_the_motive_of_an_announced_absence_is_changed_and_the_list_shows_it(
    client, kept, school_class, way
):
    families.announce(
        guardianship=kept, first_day=TOMORROW, last_day=TOMORROW, motive=Motive.OFFICIAL
    )
    if way == "account":
        client.force_login(kept.guardian)
        address = reverse("continuity:child_absence", args=[kept.public_id])
    else:
        address = reverse("continuity:link_absence", args=[linked(kept)])
    told = client.get(address, headers={"Accept-Language": "en"}).text
    row = told.partition('id="told"')[2]
    assert f'name="first_day" value="{TOMORROW.isoformat()}"' in row
    client.post(
        address,
        {"first_day": TOMORROW, "last_day": TOMORROW, "motive": Motive.PLACEMENT},
    )

    assert [notice.motive for notice in AbsenceNotice.objects.all()] == [Motive.PLACEMENT]
    client.force_login(tutor_of(school_class))
    text = client.get(reverse("continuity:announced"), headers={"Accept-Language": "en"}).text
    assert str(Motive.PLACEMENT.label) in text
    assert str(Motive.OFFICIAL.label) not in text


def test_an_absence_that_has_begun_gets_another_motive_and_one_that_is_over_none(kept):
    days = {"guardianship": kept, "first_day": TOMORROW, "last_day": datetime.date(2026, 12, 3)}
    families.announce(**days, motive=Motive.OFFICIAL)

    with time_machine.travel(at(datetime.date(2026, 12, 3), 8)):
        families.announce(**days, motive=Motive.AGREED)
    with time_machine.travel(at(datetime.date(2026, 12, 4), 8)), pytest.raises(AbsenceIsOver):
        families.announce(**days, motive=Motive.PLACEMENT)

    assert AbsenceNotice.objects.get().motive == Motive.AGREED


def test_who_may_only_be_told_by_now_changes_no_motive(kept):
    days = {"guardianship": kept, "first_day": TOMORROW, "last_day": TOMORROW}
    families.announce(**days, motive=Motive.OFFICIAL)
    guardians.set_quality(guardianship=kept, quality=GuardianQuality.INFORMED, by=LeaderFactory())

    with pytest.raises(MayOnlyBeTold):
        families.announce(**days, motive=Motive.AGREED)


def test_the_form_says_who_reads_an_absence_and_these_alone_do(client, kept, school_class):
    given = teaching(school_class)
    today = datetime.date(2026, 12, 1)
    families.announce(guardianship=kept, first_day=today, last_day=today, motive=Motive.OFFICIAL)
    roll = rolls.begun(given, at(today, 9))
    client.force_login(kept.guardian)
    form = client.get(reverse("continuity:child_absence", args=[kept.public_id])).text

    def reads(person, name: str, *key: str) -> tuple[bool, bool]:
        client.force_login(person)
        shown = client.get(reverse(f"continuity:{name}", args=key))
        text = shown.text if shown.status_code == 200 else ""
        said = text.partition("notice__what")[2] if name == "roll" else text
        return "Lilas" in said, str(Motive.OFFICIAL.label) in text

    days_and_motive = "The school’s leaders and the class tutor read the days and the motive"
    assert days_and_motive in form
    for staff in (tutor_of(school_class), LeaderFactory(leads=school_class.school)):
        staff.language = "en"
        staff.save()
        assert reads(staff, "announced") == (True, True)
    assert "Whoever takes the roll on these days" in form
    assert "without the motive" in form
    assert reads(given.teacher, "announced") == (False, False)
    assert reads(given.teacher, "roll", roll.public_id) == (True, False)
    assert "your child can, in the copy of their own data" in form
    assert "No other guardian reads it" in form
    other = follows(GuardianFactory(language="en"), kept.student)
    assert reads(other.guardian, "child_absence", other.public_id)[1] is True  # the form's choices
    client.force_login(other.guardian)
    page = client.get(reverse("continuity:child_absence", args=[other.public_id]))
    assert "No absence to come." in page.text


def test_it_is_taken_back_until_the_day(kept):
    notice = families.announce(guardianship=kept, first_day=TOMORROW, last_day=TOMORROW)

    the_day_after = time_machine.travel(at(TOMORROW + datetime.timedelta(days=1), 8), tick=False)
    with the_day_after, pytest.raises(AbsenceHasBegun):
        families.take_back(notice=notice)
    with time_machine.travel(at(TOMORROW, 7), tick=False):
        families.take_back(notice=notice)

    assert not AbsenceNotice.objects.standing().exists()


def test_a_longer_absence_over_one_that_was_told_says_that_both_stand(client, kept):
    client.force_login(kept.guardian)
    address = reverse("continuity:child_absence", args=[kept.public_id])
    days = [datetime.date(2026, 12, day).isoformat() for day in (2, 3, 8)]
    both = "You told of an absence on some of these days already. Both stand"

    def tell(first_day, last_day, motive):
        given = {"first_day": first_day, "last_day": last_day, "motive": motive}
        return client.post(address, given, follow=True).text

    assert both not in tell(days[0], days[1], Motive.OFFICIAL)
    assert both not in tell(days[0], days[1], Motive.AGREED)  # the same one, with another motive
    assert both in tell(days[0], days[2], Motive.AGREED)
    assert AbsenceNotice.objects.standing().count() == 2


def test_a_link_that_was_cut_says_so_and_one_that_was_stopped_says_that(client, kept):
    token, english = linked(kept), {"Accept-Language": "en"}

    cut = client.get(reverse("continuity:link_week", args=[token[:-3]]), headers=english)
    stopped = client.post(reverse("continuity:link_stop", args=[token]), headers=english)

    assert cut.status_code == 404
    assert "Look first whether you have the whole address" in cut.text
    assert "any more</h1>" not in cut.text
    assert "You have stopped it." in stopped.text
    assert "whole address" not in stopped.text


def test_the_page_of_a_table_names_the_columns_that_a_dash_empties(client, school_class):
    school = with_guardians(school_class.school)
    client.force_login(LeaderFactory(leads=school, language="en"))
    texts = [
        client.get(reverse(f"people:{name}", args=[school.public_id])).text
        for name in ("import_guardians", "import_students")
    ]
    client.force_login(RegistrarFactory(language="en"))
    texts.append(client.get(reverse("people:import_people")).text)

    assert ["A “-” deletes what is there, in: " in text for text in texts] == [False, False, True]


def test_another_guardian_reads_nothing_of_it(client, kept, student):
    families.announce(guardianship=kept, first_day=TOMORROW, last_day=TOMORROW)
    other = follows(GuardianFactory(language="en"), student)
    client.force_login(other.guardian)

    told = client.get(reverse("continuity:child_absence", args=[other.public_id])).content.decode()

    assert "2 December 2026" not in told


def test_who_may_only_be_told_has_no_form(client, student):
    kept = follows(GuardianFactory(), student, quality=GuardianQuality.INFORMED)
    client.force_login(kept.guardian)
    address = reverse("continuity:child_absence", args=[kept.public_id])

    client.post(address, {"first_day": TOMORROW.isoformat()})

    assert (
        "<form method"
        not in client.get(address).content.decode().partition("<main")[2].partition("</main")[0]
    )
    assert not AbsenceNotice.objects.exists()


# The weekly email


def test_on_sunday_each_guardian_gets_one_email_that_names_the_child_inside(kept, school_class):
    given = homework_item(part_of(teaching(school_class), MONDAY), due_at=at(MONDAY, 8))
    assert families.post_weekly(SUNDAY - datetime.timedelta(hours=1)) == 0

    assert families.post_weekly(SUNDAY) == 1
    assert families.post_weekly(SUNDAY + datetime.timedelta(minutes=10)) == 0
    with time_machine.travel(SUNDAY, tick=False):
        sent(Letter.objects.get())

    (written,) = outbox.outbox
    assert "Lilas" in written.body
    assert given.title in written.body
    assert "Lilas" not in written.subject
    assert written.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.parametrize(
    "over",
    [
        lambda kept: guardians.end(guardianship=kept, by=None),
        lambda kept: guardians.set_of_age(student=kept.student, is_of_age=True, by=LeaderFactory()),
        lambda kept: families.refuse_mails(kept.guardian),
    ],
    ids=["authority withdrawn", "of age", "stopped"],
)
def test_an_email_on_its_way_tells_nothing_once_the_right_is_over(kept, school_class, over):
    homework_item(part_of(teaching(school_class), MONDAY), due_at=at(MONDAY, 8))
    families.post_weekly(SUNDAY)
    over(kept)

    with time_machine.travel(SUNDAY, tick=False):
        letter = sent(Letter.objects.get(kind="continuity.family_week"))

    assert letter.state == LetterState.WITHDRAWN
    assert outbox.outbox == []


def test_nothing_is_written_where_nothing_is_to_be_told(kept):
    families.post_weekly(SUNDAY)

    with time_machine.travel(SUNDAY, tick=False):
        assert sent(Letter.objects.get()).state == LetterState.WITHDRAWN


@pytest.mark.parametrize("due", [True, False], ids=["something due", "nothing due"])
def test_in_a_week_without_class_an_email_goes_only_when_something_is_due(kept, school_class, due):
    """C5: Monday 21 December 2026 begins the holidays."""
    holidays = datetime.date(2026, 12, 21)
    part = part_of(teaching(school_class), datetime.date(2026, 12, 14))
    january = homework_item(part, due_at=at(datetime.date(2027, 1, 6), 8))
    if due:
        homework_item(part, due_at=at(holidays, 8))
    sunday = at(datetime.date(2026, 12, 20), 18, 5)

    with time_machine.travel(sunday, tick=False):
        families.post_weekly(sunday)
        state = sent(Letter.objects.get()).state

    assert state == (LetterState.SENT if due else LetterState.WITHDRAWN)
    assert [january.title in written.body for written in outbox.outbox] == ([True] if due else [])


def test_a_week_in_which_the_school_is_closed_is_told_of_no_more(kept, school_class):
    homework_item(
        part_of(teaching(school_class), MONDAY), due_at=at(datetime.date(2026, 12, 16), 8)
    )
    Closure.objects.create(
        school=school_class.school,
        first_day=datetime.date(2026, 12, 7),
        last_day=datetime.date(2026, 12, 11),
        reason="Travaux",
    )

    with time_machine.travel(SUNDAY, tick=False):
        families.post_weekly(SUNDAY)
        assert sent(Letter.objects.get()).state == LetterState.WITHDRAWN


@pytest.mark.parametrize("way", ["account", "link", "neither"])
def test_the_email_names_the_way_in_that_this_guardian_has(client, kept, school_class, way):
    homework_item(part_of(teaching(school_class), MONDAY), due_at=at(MONDAY, 8))
    if way != "account":
        kept.guardian.set_unusable_password()
        kept.guardian.save()
    if way == "link":
        linked(kept)

    with time_machine.travel(SUNDAY, tick=False):
        families.post_weekly(SUNDAY)
        sent(Letter.objects.get())
        (written,) = outbox.outbox
        links = set(re.findall(r"http://testserver(/\S+)", written.body))
        if way == "account":
            client.force_login(kept.guardian)
        answers = {path: client.get(path).status_code for path in links}

    assert set(answers.values()) == {200}
    with translation.override("en"):
        assert (reverse("continuity:children") in answers) == (way == "account")
        assert (reverse("people:forgotten") in answers) == (way == "neither")
    assert ("the school’s management makes you a new one" in written.body) == (way == "link")


def test_one_press_stops_the_emails(client, kept):
    client.post(stop_path(kept.guardian))

    assert families.post_weekly(SUNDAY) == 0
    client.post(stop_path(kept.guardian), {"wanted": "yes"})
    assert families.post_weekly(SUNDAY) == 1


# The link, and who decides


def test_a_guardian_renews_the_link_by_account_and_stops_it_by_the_link(client, kept):
    token = linked(kept)
    by_link = client.get(reverse("continuity:link_week", args=[token])).content.decode()
    client.force_login(kept.guardian)

    pressed = client.post(reverse("continuity:child_renew", args=[kept.public_id]))
    told = client.get(pressed.headers["Location"]).text
    reloaded = client.get(pressed.headers["Location"], follow=True)

    assert (
        "/renew/" not in by_link
    )  # a lost answer would leave a guardian without an account nothing
    new = told.partition('id="link" readonly value="http://testserver')[2].partition('"')[0]
    assert "was shown once" in reloaded.text
    client.logout()
    assert client.get(reverse("continuity:link_week", args=[token])).status_code == 404
    assert client.get(new).status_code == 200
    client.post(reverse("continuity:link_stop", args=[new.strip("/").rpartition("/")[2]]))
    assert client.get(new).status_code == 404


def test_a_student_of_age_lets_them_see_and_takes_it_back(client, kept, student):
    guardians.set_of_age(student=student, is_of_age=True, by=LeaderFactory())
    client.force_login(student)

    client.post(reverse("continuity:who_reads"), {"shares": "yes"})
    shown = Guardianship.objects.in_force().exists()
    client.post(reverse("continuity:who_reads"), {"shares": "no"})

    assert shown
    assert not Guardianship.objects.in_force().exists()


def test_under_age_a_student_decides_nothing(client, kept, student):
    client.force_login(student)

    client.post(reverse("continuity:who_reads"), {"shares": "no"})

    assert Guardianship.objects.in_force().exists()


def test_on_a_long_leave_nothing_is_late_on_a_guardians_page_either(client, kept, school_class):
    """Case C62."""
    given = teaching(school_class)
    homework_item(part_of(given, MONDAY), due_at=at(MONDAY, 8))
    exemption_of(
        kept.student,
        school=school_class.school,
        entered_by=given.teacher,
        kind="leave",
        first_day=MONDAY,
        keeps_working=True,
    )
    client.force_login(kept.guardian)

    assert "1 late" not in client.get(reverse("continuity:children")).content.decode()


# A table


def test_a_school_enters_guardians_from_a_table_and_ends_them(client, school_class):
    school = with_guardians(school_class.school)
    one, two = StudentFactory.create_batch(2, in_class=school_class)
    client.force_login(LeaderFactory(leads=school, language="en"))
    address = reverse("people:import_guardians", args=[school.public_id])

    def write(*lines: str):
        head = "student,first name,family name,email,quality,ended"
        shown = client.post(address, {"pasted": "\n".join([head, *lines])})
        keep = shown.context["kept"]
        assert shown.context["wrong"] == 0, shown.context["lines"]
        client.post(address, {"kept": keep})

    write(
        f"{one.login},Séraphine,Peuplier,s.peuplier@example.org,authority,",
        f"{two.login},Séraphine,Peuplier,s.peuplier@example.org,authority,",
        f"{two.login},Gwenaël,Saule,,informed,",
    )
    assert Person.objects.filter(memberships__role=Role.GUARDIAN).count() == 2
    assert Guardianship.objects.running().count() == 3

    write(f"{two.login},Gwenaël,Saule,,informed,yes")
    assert Guardianship.objects.running().count() == 2


def test_a_table_tells_nothing_of_another_schools_student(client, school_class):
    school = with_guardians(school_class.school)
    stranger = StudentFactory(given_name="Autre")
    client.force_login(LeaderFactory(leads=school, language="en"))
    address = reverse("people:import_guardians", args=[school.public_id])

    shown = client.post(
        address,
        {
            "pasted": "student,first name,family name,quality\n"
            f"{stranger.login},Séraphine,Peuplier,authority"
        },
    )

    assert shown.context["wrong"] == 1
    assert stranger.display_name not in shown.content.decode()


# Addresses from a table


@pytest.fixture
def office(client, school_class):
    """Posts lines of a table as the school's leader; gives the page with what would change."""
    school = with_guardians(school_class.school)
    client.force_login(LeaderFactory(leads=school, language="en"))
    address = reverse("people:import_guardians", args=[school.public_id])

    def send(*lines: str, save: bool = True):
        head = "student,first name,family name,email,quality"
        shown = client.post(address, {"pasted": "\n".join([head, *lines]), "invited": "on"})
        if save:
            client.post(address, {"kept": shown.context["kept"]})
        return shown

    return send


def test_a_table_gives_a_guardian_the_address_that_was_missing(office, school_class):
    student = StudentFactory(in_class=school_class)
    line = f"{student.login},Séraphine,Peuplier,%s,authority"
    office(line % "")
    guardian = Guardianship.objects.get().guardian

    shown = office(line % "s.peuplier@example.org")

    assert "s.peuplier@example.org, added" in shown.content.decode()
    guardian.refresh_from_db()
    assert guardian.email == "s.peuplier@example.org"
    assert Letter.objects.filter(key=f"invitation:{guardian.pk}").exists()
    again = office(line % "S.Peuplier@example.org", save=False).content.decode()
    assert "Everything in this table is saved already." in again


def test_a_table_says_that_another_address_stays_and_saves_the_rest(office, school_class):
    one, two = StudentFactory.create_batch(2, in_class=school_class)
    office(f"{one.login},Séraphine,Peuplier,s.peuplier@example.org,authority")

    differs = f"{one.login},Séraphine,Peuplier,other@example.org,authority"
    alone = office(differs, save=False).content.decode()
    office(differs, f"{two.login},Gwenaël,Saule,,informed")

    assert "has another address, and it isn’t changed here." in alone
    assert "Everything in this table is saved already." not in alone
    assert Person.objects.filter(email="s.peuplier@example.org").exists()
    assert not Person.objects.filter(email="other@example.org").exists()
    assert Guardianship.objects.running().count() == 2


def test_with_an_address_two_children_come_to_one_account(client, office, school_class):
    one, two = StudentFactory.create_batch(2, in_class=school_class)
    lines = [f"{child.login},Séraphine,Peuplier,%s,authority" for child in (one, two)]
    office(*(line % "" for line in lines))
    token = linked(Guardianship.objects.get(student=two))

    office(*(line % "s.peuplier@example.org" for line in lines))

    (guardian,) = {kept.guardian for kept in Guardianship.objects.running()}
    assert guardian.email == "s.peuplier@example.org"
    assert Person.objects.filter(memberships__role=Role.GUARDIAN).distinct().count() == 1
    client.logout()
    assert client.get(reverse("continuity:link_week", args=[token])).status_code == 200


def test_a_leader_gives_no_address_to_an_account_of_another_school(office, school_class):
    student = StudentFactory(in_class=school_class)
    elsewhere = StudentFactory()
    guardian = GuardianFactory(family_name="Saule", email=None)
    follows(guardian, student)
    follows(guardian, elsewhere)

    shown = office(f"{student.login},Morgane,Saule,taken@example.org,authority", save=False)

    assert shown.context["wrong"] == 1
    assert not Person.objects.filter(email="taken@example.org").exists()


def test_another_names_address_is_refused(office, school_class):
    student = StudentFactory(in_class=school_class)
    follows(GuardianFactory(family_name="Saule", email=None), student)
    somebody = GuardianFactory(family_name="Chêne", email="chene@example.org")

    shown = office(f"{student.login},Morgane,Saule,{somebody.email},authority", save=False)

    assert shown.context["wrong"] == 1


def test_a_line_that_ends_nobody_is_refused_and_one_sent_again_isnt(client, office, school_class):
    student = StudentFactory(in_class=school_class)
    kept = follows(GuardianFactory(family_name="Peuplier"), student)
    address = reverse("people:import_guardians", args=[school_class.school.public_id])
    line = f"{student.login},Morgane,%s,authority,yes"

    def ends(family_name: str):
        head = "student,first name,family name,quality,ended\n"
        shown = client.post(address, {"pasted": head + line % family_name})
        client.post(address, {"kept": shown.context["kept"]})
        kept.refresh_from_db()
        return shown

    misspelt = ends("Peupliers")
    assert misspelt.context["wrong"] == 1
    assert "No guardian of this name is entered for this student" in misspelt.content.decode()
    assert kept.until is None

    assert ends("Peuplier").context["wrong"] == 0
    assert kept.until is not None
    assert "Everything in this table is saved already." in ends("Peuplier").content.decode()


@pytest.mark.parametrize(
    ("logs_in", "elsewhere", "language"),
    [(False, False, "en"), (True, False, "fr"), (False, True, "fr")],
    ids=["saved", "the guardian logs in", "a guardian of another school, too"],
)
def test_a_changed_language_is_saved_or_said_to_stay(
    client, school_class, logs_in, elsewhere, language
):
    student = StudentFactory(in_class=school_class)
    guardian = GuardianFactory(family_name="Saule", language="fr", email=None, last_login=None)
    follows(guardian, student)
    if logs_in:
        Person.objects.filter(pk=guardian.pk).update(last_login=timezone.now())
    if elsewhere:
        follows(guardian, StudentFactory())
    client.force_login(LeaderFactory(leads=school_class.school, language="en"))
    address = reverse("people:import_guardians", args=[school_class.school.public_id])
    line = f"{student.login},Morgane,Saule,en,authority"

    shown = client.post(
        address, {"pasted": f"student,first name,family name,language,quality\n{line}"}
    )
    client.post(address, {"kept": shown.context["kept"]})

    text = shown.content.decode()
    assert "Everything in this table is saved already." not in text
    assert ("isn’t changed here." in text) == (language == "fr")
    guardian.refresh_from_db()
    assert guardian.language == language
