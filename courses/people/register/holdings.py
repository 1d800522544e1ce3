"""Which columns hold it."""

import datetime

from django.conf import settings
from django.db.models import Q

from courses.digest.register import (
    ACCOUNT,
    ONE_YEAR,
    PARIS,
    Holding,
    before,
    before_day,
)


def of_school_years_over(cutoff) -> Q:
    """Classes carry the year in which theirs ends: 1 August 2026 is after school year 2026."""
    return Q(school_class__school_year__lte=cutoff.astimezone(PARIS).year)


def ended_sessions(cutoff: datetime.datetime) -> Q:
    """Sessions last for the period, and are deleted once they end (`logins.sweep`): not a period
    later.
    """
    return Q(expire_date__lt=cutoff + datetime.timedelta(seconds=settings.SESSION_COOKIE_AGE))


HOLDINGS = (
    Holding(
        "courses.CorrectionRequest",
        "corrections",
        about=("person",),
        fields=("school", "text", "asked_at", "is_done", "answer", "answered_at"),
        by=("answered_by",),
        other=("person",),
        past=before("answered_at"),
        leaving=Q(),
    ),
    Holding(
        "courses.Letter",
        "letters",
        about=("to",),
        fields=(
            "kind",
            "details",
            "state",
            "posted_at",
            "sent_at",
            "address",
            "subject",
            "source",
            "return_status",
        ),
        other=(
            "about_model",
            "about_pk",
            "to",
            "not_before",
            "attempts",
            "last_error",
            "delays",
            "returned_at",
            "summary",
        ),
        past=before("posted_at"),
        leaving=Q(),
    ),
    Holding(
        "courses.Tutorship",
        "classes",
        about=("teacher",),
        fields=("school_class", "since", "until"),
        other=("teacher",),
        past=of_school_years_over,
        leaving=Q(),
    ),
    Holding(
        "courses.StandIn",
        "classes",
        about=("teacher",),
        fields=("teaching", "first_day", "last_day"),
        other=("teacher",),
        past=before_day("last_day"),
        leaving=Q(),
    ),
    Holding(
        "courses.ClassMembership",
        "classes",
        about=("student",),
        fields=("school_class", "since", "until"),
        other=("student",),
        past=of_school_years_over,
        leaving=Q(),
    ),
    Holding(
        "courses.GuardianLink",
        "guardians",
        about=("guardianship__guardian", "guardianship__student"),
        fields=("made_at", "ends_on"),
        secret=("token_hash",),
        other=("guardianship",),
        past=before("made_at"),
        leaving=Q(),
    ),
    Holding(
        "courses.Guardianship",
        "guardians",
        about=("guardian", "student"),
        fields=("guardian", "student", "school", "quality", "since", "until", "ended_by_leaving"),
        past=before_day("until"),
        leaving=Q(),
    ),
    Holding(
        "courses.ComingOfAge",
        "guardians",
        about=("student",),
        fields=("shares", "decided_at"),
        other=("student",),
        period=ACCOUNT,
        leaving=Q(),
    ),
    Holding(
        "courses.Teaching",
        "teachings",
        about=("teacher",),
        fields=("school_class", "subject", "since", "until"),
        other=("teacher",),
    ),
    Holding(
        "courses.Membership",
        "memberships",
        about=("person",),
        fields=("organisation", "role", "since", "until", "subjects"),
        other=("person",),
        period=ONE_YEAR,
        past=before_day("until"),
        leaving=Q(),
    ),
    Holding(
        "courses.AccountChange",
        "account",
        about=("person",),
        fields=("kind", "was", "now", "at", "left_school"),
        by=("by",),
        other=("person",),
        leaving=Q(),
    ),
    Holding(
        "courses.Person",
        "account",
        about=("pk",),
        fields=(
            "login",
            "email",
            "given_name",
            "family_name",
            "usage_name",
            "language",
            "mail_rhythm",
            "reminders",
            "reminders_chosen_at",
            "joined_at",
            "last_login",
            "is_counted",
            "returned_address",
            "returned_since",
        ),
        secret=("password",),
        other=(
            "is_superuser",
            "is_active",
            "groups",
            "user_permissions",
            "erased_at",
            "paper_password_ends_at",
        ),
    ),
    Holding(
        "courses.Identity",
        "roster",
        about=("person",),
        fields=("namespace", "value", "confirmed_at"),
        other=("person",),
        leaving=Q(),
    ),
    Holding(
        "courses.LoginSession",
        "logins",
        about=("person",),
        fields=("began_at", "device", "is_shared"),
        secret=("session_key", "session_data"),
        other=("person", "expire_date"),
        past=ended_sessions,
        leaving=Q(),
        for_person_alone=True,
    ),
    Holding(
        "courses.SecondFactor",
        "second_step",
        about=("person",),
        fields=("since",),
        secret=("seed",),
        other=("person", "last_timecode", "wrong_codes", "wrong_since"),
        leaving=Q(),
    ),
    Holding("courses.RecoveryCode", "second_step", secret=("mark",), other=("factor",)),
    Holding(
        "courses.WrongPasswords",
        "logins",
        secret=("key",),
        other=("count", "last_at"),
        past=before("last_at"),
    ),
)
