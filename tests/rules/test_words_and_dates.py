"""Dates, hours and durations as each language writes them; the drawn parts of the tag library."""

import datetime

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from courses.templatetags import passerelle as words
from tests.factories.markup import shows

NB = "\N{NO-BREAK SPACE}"
WEDNESDAY = datetime.datetime(2026, 11, 25, 13, 30, tzinfo=datetime.UTC)
FIRST_OF_DECEMBER = datetime.date(2026, 12, 1)


@pytest.fixture(params=["fr", "en"])
def language(request):
    with translation.override(request.param):
        yield request.param


@pytest.mark.parametrize(
    ("filter_name", "value", "expected"),
    [
        pytest.param(
            "day",
            WEDNESDAY,
            {"fr": "mercredi 25 novembre 2026", "en": "Wednesday 25 November 2026"},
            id="a day",
        ),
        pytest.param(
            "day",
            FIRST_OF_DECEMBER,
            {"fr": "mardi 1er décembre 2026", "en": "Tuesday 1 December 2026"},
            id="the first of a month",
        ),
        pytest.param(
            "day_without_year",
            WEDNESDAY,
            {"fr": "mercredi 25 novembre", "en": "Wednesday 25 November"},
            id="without year",
        ),
        pytest.param(
            "day_short", WEDNESDAY, {"fr": "mer. 25 nov.", "en": "Wed 25 Nov"}, id="short"
        ),
        pytest.param(
            "date_words",
            FIRST_OF_DECEMBER,
            {"fr": "1er décembre 2026", "en": "1 December 2026"},
            id="without weekday",
        ),
        pytest.param(
            "month_words",
            FIRST_OF_DECEMBER,
            {"fr": "décembre 2026", "en": "December 2026"},
            id="a month",
        ),
        pytest.param(
            "hour", WEDNESDAY, {"fr": f"14{NB}h{NB}30", "en": "14:30"}, id="an hour keeps together"
        ),
        pytest.param(
            "hour",
            datetime.time(9, 5),
            {"fr": f"9{NB}h{NB}05", "en": "09:05"},
            id="an hour without a day",
        ),
        pytest.param(
            "duration",
            90,
            {"fr": f"1{NB}h{NB}30", "en": f"1{NB}h{NB}30{NB}min"},
            id="hours and minutes",
        ),
        pytest.param(
            "duration",
            65,
            {"fr": f"1{NB}h{NB}05", "en": f"1{NB}h{NB}05{NB}min"},
            id="two digits of minutes",
        ),
        pytest.param("duration", 45, {"fr": f"45{NB}min", "en": f"45{NB}min"}, id="minutes"),
        pytest.param(
            "duration",
            datetime.timedelta(hours=2),
            {"fr": f"2{NB}h", "en": f"2{NB}h"},
            id="a timedelta",
        ),
        pytest.param("day", None, {"fr": "", "en": ""}, id="no day"),
        pytest.param("hour", None, {"fr": "", "en": ""}, id="no hour"),
    ],
)
def test_dates_are_written_as_each_language_does(language, filter_name, value, expected):
    shown = Template(f"{{{{ value|{filter_name} }}}}").render(Context({"value": value}))

    assert shown == expected[language]


@pytest.mark.parametrize(
    ("instant", "day", "hour"),
    [
        pytest.param(
            datetime.datetime(2026, 10, 24, 16, 0, tzinfo=datetime.UTC),
            "sam. 24 oct.",
            f"18{NB}h{NB}00",
            id="the eve, in summer",
        ),
        pytest.param(
            datetime.datetime(2026, 10, 25, 17, 0, tzinfo=datetime.UTC),
            "dim. 25 oct.",
            f"18{NB}h{NB}00",
            id="the day, in winter",
        ),
        pytest.param(
            datetime.datetime(2027, 3, 28, 16, 0, tzinfo=datetime.UTC),
            "dim. 28 mars",
            f"18{NB}h{NB}00",
            id="back in summer",
        ),
        pytest.param(
            datetime.datetime(2026, 12, 31, 23, 30, tzinfo=datetime.UTC),
            "ven. 1er janv.",
            f"0{NB}h{NB}30",
            id="Paris is a day ahead",
        ),
    ],
)
def test_hours_are_those_of_paris_across_the_clock_change(instant, day, hour):
    with translation.override("fr"):
        shown = Template("{{ instant|day_short }}|{{ instant|hour }}").render(
            Context({"instant": instant})
        )

    assert shown == f"{day}|{hour}"


def test_a_span_says_both_hours_to_eyes_ears_and_machines():
    with translation.override("fr"):
        drawn = words.span(WEDNESDAY, WEDNESDAY + datetime.timedelta(minutes=90), "now")

    assert (
        drawn
        == f'<span class="span is-now"><time datetime="2026-11-25T14:30+01:00">14{NB}h{NB}30</time>'
        '<span class="unseen"> à </span><span class="span__deck" aria-hidden="true"></span>'
        f'<time datetime="2026-11-25T16:00+01:00">16{NB}h{NB}00</time></span>'
    )


def test_the_box_of_a_row_is_the_day_in_paris():
    late = datetime.datetime(2026, 12, 2, 23, 15, tzinfo=datetime.UTC)

    with translation.override("en"):
        drawn = words.day_badge(late, "wait")

    assert (
        drawn == '<time class="day is-wait" datetime="2026-12-03"><span>Thu</span> <b>3</b>'
        " <span>Dec</span></time>"
    )


def test_what_scripts_say_is_put_together_for_each_language():
    said = []
    for code in ("fr", "en", "fr"):
        with translation.override(code):
            said.append(words.same_for_all("components/device_words.html"))

    assert 'data-too-heavy="Un fichier est trop lourd."' in said[0]
    assert 'data-too-heavy="A file is too heavy."' in said[1]
    assert said[2] == said[0]


def test_a_state_is_a_sign_and_a_word_and_never_markup_from_outside():
    drawn = words.state("done", "check", "<b>Enrolled</b>")

    assert (
        drawn
        == '<span class="state is-done"><svg class="icon" aria-hidden="true" focusable="false">'
        '<use href="/static/cms/icons.svg#check"></use></svg>&lt;b&gt;Enrolled&lt;/b&gt;</span>'
    )


@pytest.mark.parametrize(
    ("value", "maximum", "width"),
    [
        pytest.param(12, 20, 60, id="some"),
        pytest.param(21, 20, 100, id="over capacity"),
        pytest.param(0, 0, 0, id="nothing to fill"),
    ],
)
def test_a_meter_stays_within_its_frame(value, maximum, width):
    assert f'<rect class="meter__fill" width="{width}" height="8"/>' in words.meter(value, maximum)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Why", help_text="It is read by the person concerned.")
    again = forms.ChoiceField(
        label="Tell me", choices=[("now", "At once"), ("week", "Weekly")], widget=forms.RadioSelect
    )
    note = forms.CharField(label="Note", required=False)


def test_a_field_that_is_wrong_says_so_beside_itself_and_in_the_summary():
    form = ReasonForm({"again": "never"})

    with translation.override("en"):
        shown = Template(
            '{% include "components/form_errors.html" with form=form only %}{% for field in form'
            ' %}{% include "components/field.html" with field=field only %}{% endfor %}'
        ).render(Context({"form": form}))

    assert shows(shown, "2 things to correct before this can be saved")
    assert shows(shown, '<a href="#id_reason">Why</a>')
    assert shows(shown, '<a href="#id_again">Tell me</a>')
    assert shows(shown, '<p class="field__help" id="id_reason_helptext">')
    assert shows(shown, '<p class="field__wrong" id="id_reason_error">')
    assert shows(shown, 'aria-describedby="id_reason_helptext id_reason_error"')
    assert shows(
        shown,
        '<fieldset class="field" id="id_again" tabindex="-1" aria-describedby="id_again_error">',
    )
    assert shown.count('<span class="field__optional">optional</span>') == 1
