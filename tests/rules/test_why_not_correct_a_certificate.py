"""When a certificate may be corrected: tables of the rules, without a database."""

import datetime

import pytest

from courses.people.exceptions import NameHasMarkup, NameHasNoLetter
from courses.people.models import Person
from training import rules
from training.enums import RequestedChange, RequestState
from training.exceptions import (
    AlreadyRevoked,
    AnswerMissing,
    BelowTheThreshold,
    CertificateIsReplaced,
    CertificateIsRevoked,
    CertificateSaysSo,
    CorrectionAlreadyAnswered,
    CorrectionAlreadyAsked,
    CorrectionWithdrawn,
    MinutesBeyondTheSession,
    OtherThanTheSheets,
)
from training.models import Certificate, CertificateRequest
from training.values import CertificateChange, next_version

NOW = datetime.datetime(2026, 11, 25, 12, tzinfo=datetime.UTC)
TO_ADA = CertificateChange(name="Ada KING")


def certificate(*, replaced: bool = False, **fields) -> Certificate:
    made = Certificate(
        number="2026-000001", minutes=80, content={"fr": {"name": "Ada BYRON"}}, **fields
    )
    if replaced:
        Certificate(number="2026-000001-2", replaces=made)
        made.replaced_by = Certificate(number="2026-000001-2")
    return made


def request_for(change=RequestedChange.HOURS, state=RequestState.OPEN, **fields):
    return CertificateRequest(
        certificate=certificate(**fields), change=change, state=state, answered_at=NOW
    )


def kind(refusal) -> type | None:
    return type(refusal) if refusal else None


@pytest.mark.parametrize(
    ("fields", "waiting", "refusal"),
    [
        pytest.param({}, None, None, id="it holds"),
        pytest.param({"revoked_at": NOW}, None, CertificateIsRevoked, id="revoked"),
        pytest.param({"replaced": True}, None, CertificateIsReplaced, id="replaced"),
        pytest.param({}, CertificateRequest(asked_at=NOW), CorrectionAlreadyAsked, id="one waits"),
    ],
)
def test_a_correction_is_asked_for_once_of_a_certificate_that_holds(fields, waiting, refusal):
    found = rules.why_not_ask_for_correction(certificate(**fields), waiting=waiting)

    assert kind(found) is refusal


@pytest.mark.parametrize(
    ("state", "withdraw", "answer"),
    [
        pytest.param(RequestState.OPEN, None, None, id="it waits"),
        pytest.param(
            RequestState.REPLACED,
            CorrectionAlreadyAnswered,
            CorrectionAlreadyAnswered,
            id="corrected",
        ),
        pytest.param(
            RequestState.REFUSED,
            CorrectionAlreadyAnswered,
            CorrectionAlreadyAnswered,
            id="left as it is",
        ),
        pytest.param(
            RequestState.WITHDRAWN,
            CorrectionAlreadyAnswered,
            CorrectionWithdrawn,
            id="withdrawn",
        ),
    ],
)
def test_a_request_is_withdrawn_or_answered_while_it_waits(state, withdraw, answer):
    asked = request_for(state=state)

    assert kind(rules.why_not_withdraw(asked)) is withdraw
    assert kind(rules.why_not_refuse(asked, by=Person(pk=7), reason="No")) is answer


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        pytest.param(TO_ADA, None, id="another name"),
        pytest.param(CertificateChange(name="Thị Ánh NGUYỄN"), None, id="any alphabet of ours"),
        pytest.param(CertificateChange(name="Ada BYRON"), CertificateSaysSo, id="same name"),
        pytest.param(CertificateChange(name="<b>Ada</b>"), NameHasMarkup, id="markup is no name"),
        pytest.param(CertificateChange(name="12"), NameHasNoLetter, id="figures are no name"),
        pytest.param(CertificateChange(minutes=90), None, id="the whole session"),
        pytest.param(CertificateChange(minutes=1), None, id="one minute"),
        pytest.param(CertificateChange(minutes=0), MinutesBeyondTheSession, id="none"),
        pytest.param(CertificateChange(minutes=91), MinutesBeyondTheSession, id="more than all"),
        pytest.param(CertificateChange(minutes=80), CertificateSaysSo, id="same time"),
    ],
)
def test_only_what_is_no_name_or_no_change_is_refused(change, refusal):
    found = rules.why_not_this_change(certificate(), change, real_minutes=90)

    assert kind(found) is refusal


@pytest.mark.parametrize(
    ("asked", "change", "reason", "refusal"),
    [
        pytest.param(request_for(RequestedChange.NAME), TO_ADA, "", None, id="a name"),
        pytest.param(
            request_for(), CertificateChange(minutes=85), "", None, id="as the sheets state"
        ),
        pytest.param(
            request_for(),
            CertificateChange(minutes=84),
            " ",
            OtherThanTheSheets,
            id="below the sheets, in silence",
        ),
        pytest.param(
            request_for(),
            CertificateChange(minutes=86),
            "",
            OtherThanTheSheets,
            id="above the sheets, in silence",
        ),
        pytest.param(
            request_for(),
            CertificateChange(minutes=68),
            "Left early",
            None,
            id="the least that a certificate needs, with a reason",
        ),
        pytest.param(
            request_for(),
            CertificateChange(minutes=67),
            "Left early",
            BelowTheThreshold,
            id="less than a certificate needs",
        ),
        pytest.param(
            request_for(),
            CertificateChange(minutes=91),
            "More",
            MinutesBeyondTheSession,
            id="more than the session",
        ),
        pytest.param(
            request_for(state=RequestState.REFUSED),
            CertificateChange(minutes=85),
            "",
            CorrectionAlreadyAnswered,
            id="answered already",
        ),
        pytest.param(
            request_for(revoked_at=NOW),
            CertificateChange(minutes=85),
            "",
            CertificateIsRevoked,
            id="revoked meanwhile",
        ),
        pytest.param(
            request_for(replaced=True),
            CertificateChange(minutes=85),
            "",
            CertificateIsReplaced,
            id="replaced meanwhile",
        ),
    ],
)
def test_other_minutes_than_the_sheets_need_a_reason_and_reach_the_threshold(
    asked, change, reason, refusal
):
    found = rules.why_not_replace(
        asked,
        change,
        by=Person(pk=7),
        stated_minutes=85,
        real_minutes=90,
        threshold_percent=75,
        reason=reason,
    )

    assert kind(found) is refusal


@pytest.mark.parametrize(
    ("state", "reason", "refusal"),
    [
        pytest.param(RequestState.OPEN, "The sheet is right", None, id="with a reason"),
        pytest.param(RequestState.OPEN, " ", AnswerMissing, id="in silence"),
        pytest.param(RequestState.REPLACED, "No", CorrectionAlreadyAnswered, id="answered"),
    ],
)
def test_a_refusal_is_given_once_and_in_words(state, reason, refusal):
    assert (
        kind(rules.why_not_refuse(request_for(state=state), by=Person(pk=7), reason=reason))
        is refusal
    )


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        pytest.param({}, None, id="it holds"),
        pytest.param({"revoked_at": NOW}, AlreadyRevoked, id="revoked"),
        pytest.param({"replaced": True}, CertificateIsReplaced, id="replaced"),
    ],
)
def test_what_holds_no_more_is_not_revoked(fields, refusal):
    assert kind(rules.why_not_revoke(certificate(**fields))) is refusal


def test_a_version_is_counted_behind_the_number():
    assert [next_version(one) for one in ("2026-000012", "2026-000012-2", "2026-000012-9")] == [
        "2026-000012-2",
        "2026-000012-3",
        "2026-000012-10",
    ]
