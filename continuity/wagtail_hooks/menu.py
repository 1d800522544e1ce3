"""The menu, and what stands under one's name, as continuity adds to them."""

import functools

from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from continuity.permissions import is_staff_of_a_school, looks_after_the_region
from courses.digest.enums import Hook
from courses.digest.values import MenuEntry
from courses.people.permissions import (
    is_guardian,
    is_leader,
    is_student,
    is_teacher,
    keeps_students,
)


def _under(*names: str) -> tuple[str, ...]:
    """Beginnings of the addresses of single things: on them, too, a word of the bar is the current
    one.
    """
    return _beginnings(names, get_language())


@functools.cache
def _beginnings(names: tuple[str, ...], language: str) -> tuple[str, ...]:
    return tuple(reverse(f"continuity:{name}", args=["x"]).removesuffix("x/") for name in names)


@hooks.register(Hook.MENU)
def week_in_the_bar(person):
    """A student's bar is the week's; staff have the classes, a leader the board beside them."""
    entries = []
    if is_student(person):
        week, classes = reverse("continuity:week"), reverse("continuity:my_classes")
        to_hand_in, answers = reverse("continuity:to_hand_in"), reverse("continuity:answers")
        entries += [
            MenuEntry(_("Week"), week, "calendar-days", -40, (week, *_under("lesson"))),
            MenuEntry(
                _("To hand in"), to_hand_in, "upload", -30, (to_hand_in, *_under("homework"))
            ),
            MenuEntry(_("Classes"), classes, "users", -20, (classes,)),
            MenuEntry(
                pgettext_lazy("what came back", "Answers"),
                answers,
                "message-square",
                -10,
                (answers,),
            ),
        ]
    if is_staff_of_a_school(person):
        classes = reverse("continuity:classes")
        entries.append(
            MenuEntry(
                _("Classes"),
                classes,
                "users",
                25 if is_teacher(person) else 10,
                (
                    classes,
                    *_under("lesson", "homework", "student", "roll"),
                    reverse("continuity:queue"),
                    reverse("continuity:library"),
                ),
            )
        )
    if is_guardian(person):
        children = reverse("continuity:children")
        entries.append(MenuEntry(_("My children"), children, "users", 5, (children,)))
    if is_leader(person):
        board = reverse("continuity:board")
        entries.append(
            MenuEntry(pgettext_lazy("of weeks", "Plans"), board, "list-checks", 15, (board,))
        )
    return entries


@hooks.register(Hook.ACCOUNT)
def signs_under_the_name(person):
    """A student's own; the list of who looks after students."""
    entries = []
    if is_staff_of_a_school(person):
        address = reverse("continuity:silent")
        entries.append(MenuEntry(_("Students not heard of"), address, "phone", 13))
    if is_student(person):
        address = reverse("continuity:my_signs")
        entries.append(MenuEntry(_("Signs that I am there"), address, "eye", 13))
    return entries


@hooks.register(Hook.ACCOUNT)
def surveys_under_the_name(person):
    """A school's results for its leader, whose bar is full; counts for the region."""
    entries = []
    if is_leader(person):
        entries.append(
            MenuEntry(_("Surveys on equipment"), reverse("continuity:surveys"), "list-checks", 13)
        )
    if keeps_students(person):
        url = reverse("continuity:equipment")
        entries.append(MenuEntry(_("Things to lend"), url, "laptop", 14))
    if is_student(person):
        entries.append(MenuEntry(_("Lent to me"), reverse("continuity:my_loans"), "laptop", 14))
    if looks_after_the_region(person):
        url = reverse("continuity:region_survey")
        entries.append(MenuEntry(_("Equipment at home"), url, "list-checks", 60))
        things = reverse("continuity:region_things")
        entries.append(MenuEntry(_("Things to lend, by school"), things, "laptop", 61))
    return entries


@hooks.register(Hook.ACCOUNT)
def who_reads_my_week(person):
    return (
        [MenuEntry(_("Who reads my week"), reverse("continuity:who_reads"), "users", 13)]
        if is_student(person)
        else []
    )


@hooks.register(Hook.ACCOUNT)
def what_leaders_see_of_me(person):
    return (
        [MenuEntry(_("What leaders see of you"), reverse("continuity:seen_by_leaders"), "eye", 13)]
        if is_teacher(person)
        else []
    )


@hooks.register(Hook.ACCOUNT)
def library_under_the_name(person):
    return (
        [MenuEntry(_("My library"), reverse("continuity:library"), "book-open", 12)]
        if is_teacher(person)
        else []
    )


@hooks.register(Hook.ACCOUNT)
def queue_under_the_name(person):
    """The bar of a teacher is full."""
    return (
        [MenuEntry(_("To answer"), reverse("continuity:queue"), "message-square", 10)]
        if is_teacher(person)
        else []
    )


@hooks.register(Hook.ACCOUNT)
def rolls_under_the_name(person):
    """A teacher's rolls, a student's own attendance."""
    entries = []
    if is_teacher(person):
        entries.append(MenuEntry(_("Roll calls"), reverse("continuity:rolls"), "list-checks", 11))
    if is_student(person):
        entries.append(
            MenuEntry(_("My attendance"), reverse("continuity:my_attendance"), "list-checks", 12)
        )
    return entries
