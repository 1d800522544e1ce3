"""The demo's timetables, calendars and closures. The hours look real; they are invented."""

import datetime

from courses.agenda.enums import Rhythm
from courses.agenda.models import ClassHour, Closure, SchoolCalendar
from courses.agenda.queries import monday_of
from courses.digest.values import World

BEGINS = {
    "M1": (8, 0), "M2": (9, 0), "M3": (10, 10), "M4": (11, 10),
    "S1": (13, 30), "S2": (14, 30), "S3": (15, 40), "S4": (16, 40),
}  # fmt: skip
MINUTES = 55
# Weekday, slot, what the first class has, what the second has. A bar: A weeks, then B weeks. No
# teacher is in both at once.
GRID = """
1 M1 francais            mathematiques
1 M2 francais            histoire-geographie
1 M3 histoire-geographie francais
1 M4 mathematiques       francais
1 S1 physique-chimie     ses
1 S2 physique-chimie     -
2 M1 anglais             anglais
2 M2 mathematiques       physique-chimie
2 M3 mathematiques       physique-chimie
2 M4 ses                 mathematiques
2 S1 eps                 histoire-geographie
2 S2 eps                 -
2 S3 arts-plastiques     arts-plastiques
2 S4 arts-plastiques     arts-plastiques
3 M1 histoire-geographie francais
3 M2 francais            histoire-geographie
3 M3 anglais             anglais
3 M4 svt                 mathematiques
4 M1 mathematiques       -
4 M2 physique-chimie     mathematiques
4 M3 svt|ses             ses|svt
4 M4 -                   physique-chimie
4 S1 -                   eps
4 S2 -                   eps
5 M1 -                   svt
5 M2 anglais             anglais
5 M3 histoire-geographie francais
5 M4 francais            -
"""
PLACES = {"physique-chimie": "C104", "svt": "C102", "eps": "Gymnase", "arts-plastiques": "D001"}
ROOMS = ["B204", "B207", "B112", "B114", "A021"]
LETTERS = (Rhythm.A, Rhythm.B)


def load(world: World, say) -> None:
    hours = []
    for place in range(0, len(world.classes), 5):
        two, others = world.classes[place : place + 2], world.classes[place + 2 : place + 5]
        hours += [
            hour
            for nth, school_class in enumerate(two)
            for hour in hours_of(world, school_class, nth, room=ROOMS[nth])
        ]
        hours += [
            hour
            for nth, group in enumerate(others)
            for hour in hours_of(world, group, 0, room=ROOMS[2 + nth])
        ]
    ClassHour.objects.bulk_create(hours)
    load_calendars(world)
    say(f"{len(hours)} class hours in their timetables")


def hours_of(world: World, school_class, column: int, *, room: str) -> list[ClassHour]:
    """The lines of the grid that this class, group or option is taught."""
    taught = {teaching.subject.code: teaching for teaching in world.teachings[school_class.pk]}
    found = []
    for line in GRID.strip().splitlines():
        weekday, slot, *subjects = line.split()
        codes = subjects[column].split("|")
        for nth, code in enumerate(codes):
            if code in taught:
                begins = datetime.datetime(2020, 1, 1, *BEGINS[slot])
                found.append(
                    ClassHour(
                        teaching=taught[code],
                        weekday=int(weekday),
                        begins=begins.time(),
                        ends=(begins + datetime.timedelta(minutes=MINUTES)).time(),
                        rhythm=LETTERS[nth] if len(codes) > 1 else Rhythm.EACH,
                        place=PLACES.get(code, room),
                        since=taught[code].since,
                    )
                )
    return found


def load_calendars(world: World) -> None:
    """Each school counts from its own date; in one the rhythm waits during holidays.

    Some have days of their own without class.
    """
    schools = list(dict.fromkeys(school_class.school for school_class in world.classes))
    first = datetime.date(world.classes[0].school_year - 1, 9, 7)
    SchoolCalendar.objects.bulk_create(
        SchoolCalendar(
            school=school,
            week_a=first + datetime.timedelta(weeks=nth % 2),
            pauses_in_holidays=nth == 1,
        )
        for nth, school in enumerate(schools)
    )
    friday = monday_of(world.today) + datetime.timedelta(weeks=2, days=4)
    Closure.objects.create(
        school=schools[0], first_day=friday, last_day=friday, reason="Journée pédagogique"
    )
    for school in schools[1:2]:
        Closure.objects.create(
            school=school,
            first_day=friday - datetime.timedelta(days=1),
            last_day=friday,
            reason="Travaux de chauffage",
        )
