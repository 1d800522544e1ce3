"""A guardian tells of an absence beforehand, gets one email a week, renews the link; a student of
age decides; a school enters guardians from a table.
"""

import datetime

import pytest
import time_machine
from django.urls import reverse

from continuity.enums import Motive
from continuity.families import services as families
from continuity.families.exceptions import AbsenceHasBegun, AbsenceIsOver, MayOnlyBeTold
from continuity.models import AbsenceNotice
from courses.people.enums import GuardianQuality
from courses.people.models import Guardianship
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


@pytest.fixture
def student(school_class):
    return StudentFactory(in_class=school_class, given_name="Lilas")


@pytest.fixture
def kept(student):
    return follows(GuardianFactory(language="en"), student)


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
