"""Filters and tags for every template without loading them: icons, states, spans, dates in Paris
time, form controls.
"""

import datetime
import functools

from django import template
from django.forms import boundfield, widgets
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext

from courses.catalogue.values import euros
from courses.dates import (
    SHORT_MONTHS,
    SHORT_WEEKDAYS,
    date_words,
    day,
    day_and_hour,
    day_short,
    day_without_year,
    hour,
    month_words,
    paris_day,
    past_moment,
    school_year_name,
    waited,
)
from courses.disclosure.values import figure_words
from courses.documents.values import has_other_letters
from courses.quotes import inside_quotes

register = template.Library()

NO_BREAK = "\N{NO-BREAK SPACE}"

# Instants and days
for _filter in (
    day,
    day_without_year,
    day_short,
    date_words,
    month_words,
    hour,
    day_and_hour,
    past_moment,
):
    register.filter(_filter.__name__, _filter, expects_localtime=True)

register.filter(inside_quotes)
register.filter(school_year_name)
register.filter(waited)
register.filter(figure_words)
register.filter(euros)
register.filter("other_letters", has_other_letters)


@register.filter
def duration(minutes) -> str:
    """1 h 30 in French, 1 h 30 min in English; 45 min in both. Takes minutes or a timedelta."""
    if minutes is None or minutes == "":
        return ""
    if isinstance(minutes, datetime.timedelta):
        minutes = minutes.total_seconds() / 60
    hours, rest = divmod(round(minutes), 60)
    if not hours:
        said = pgettext("duration", "%(minutes)s min") % {"minutes": rest}
    elif not rest:
        said = pgettext("duration", "%(hours)s h") % {"hours": hours}
    else:
        said = pgettext("duration", "%(hours)s h %(minutes)02d min") % {
            "hours": hours,
            "minutes": rest,
        }
    return said.replace(" ", NO_BREAK)


@register.filter
def file_size(size: int | None) -> str:
    """96 kB, 1.2 MB; 96 ko, 1,2 Mo in French. In thousands, as file managers of today count."""
    if not size:
        return ""
    if size < 1_000_000:
        said = pgettext("size of a file", "%(number)s kB") % {"number": max(1, round(size / 1_000))}
    else:
        said = pgettext("size of a file", "%(number)s MB") % {
            "number": formats.number_format(size / 1_000_000, 1)
        }
    return said.replace(" ", NO_BREAK)


@register.filter
def machine_time(when: datetime.datetime) -> str:
    """Format for the `datetime` attribute: with Paris's own offset on that day."""
    return timezone.localtime(when).isoformat(timespec="minutes")


# Drawn parts


@register.simple_tag
@functools.cache
def icon(name: str) -> SafeString:
    """One of lucide's icons, unseen by screen readers: a word must stand beside it or inside
    `.unseen`.
    """
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("cms/icons.svg"),
        name,
    )


@register.simple_tag
def same_for_all(template: str, theme: str = "") -> SafeString:
    """A part of the frame that is the same for all readers of a language and a theme: put together
    once by each process.
    """
    return _same_for_all(template, theme, get_language())


@functools.cache
def _same_for_all(template: str, theme: str, language: str) -> SafeString:
    return render_to_string(template, {"theme": theme})


@register.simple_tag
def state(tone: str, sign: str, label: str) -> SafeString:
    """How things stand: a sign and a word.

    The tone is one of now, done, wait, warn, moved, calm.
    """
    return format_html('<span class="state is-{}">{}{}</span>', tone, icon(sign), label)


@register.simple_tag
def span(starts_at: datetime.datetime, ends_at: datetime.datetime, tone: str = "done") -> str:
    """The bridge between two hours, Paris time."""
    return format_html(
        '<span class="span is-{}"><time datetime="{}">{}</time><span class="unseen"> {} </span>'
        '<span class="span__deck" aria-hidden="true"></span><time datetime="{}">{}</time></span>',
        tone,
        machine_time(starts_at),
        hour(starts_at),
        pgettext("between two hours", "to"),
        machine_time(ends_at),
        hour(ends_at),
    )


@register.simple_tag
def day_badge(when: datetime.datetime | datetime.date, tone: str = "") -> str:
    """The box at the start of a row: weekday, number, month."""
    it = paris_day(when)
    return format_html(
        '<time class="day{}" datetime="{}"><span>{}</span> <b>{}</b> <span>{}</span></time>',
        f" is-{tone}" if tone else "",
        it.isoformat(),
        SHORT_WEEKDAYS[it.weekday()],
        it.day,
        SHORT_MONTHS[it.month - 1],
    )


@register.simple_tag
def meter(value: int, maximum: int, tone: str = "done") -> str:
    """How much of it is taken, as a bar; the figures must stand in words beside it."""
    share = max(0, min(100, round(100 * value / maximum))) if maximum else 0
    return format_html(
        '<svg class="meter is-{}" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"'
        ' focusable="false"><rect class="meter__fill" width="{}" height="8"/></svg>',
        tone,
        share,
    )


@register.simple_tag
def presence_bar(
    stays,
    held,
    planned_starts: datetime.datetime,
    planned_ends: datetime.datetime,
    tone: str = "done",
) -> str:
    """Stays within a meeting: grey is the planned time, the frame what took place, the fill each
    stay.

    `stays` and `held` are [[starts, ends], …], as instants or as ISO strings. Minutes and share
    must stand in words beside it.
    """
    planned, spans = (planned_starts, planned_ends), [_instants(one) for one in stays]
    frames = [_instants(one) for one in held]
    first = min(begin for begin, _end in [planned, *frames])
    length = max(end for _begin, end in [planned, *frames]) - first

    def rect(kind: str, interval, top: int, height: int) -> str:
        begin, end = ((instant - first) / length * 90 for instant in interval)
        return format_html(
            '<rect class="presence__{}" x="{}" y="{}" width="{}" height="{}"/>',
            kind,
            f"{begin:.1f}",
            top,
            f"{end - begin:.1f}",
            height,
        )

    drawn = [
        rect("void", planned, 6, 16),
        *(rect("held", one, 4, 20) for one in frames),
        *(rect("stay", one, 6, 16) for one in spans),
    ]
    return format_html(
        '<svg class="presence is-{}" viewBox="0 0 90 28" preserveAspectRatio="none"'
        ' aria-hidden="true" focusable="false">{}</svg>',
        tone,
        mark_safe("".join(drawn)),  # noqa: S308
    )


def _instants(interval) -> list[datetime.datetime]:
    return [
        datetime.datetime.fromisoformat(one) if isinstance(one, str) else one for one in interval
    ]


# Forms

UNSTYLED = (
    widgets.CheckboxInput,
    widgets.RadioSelect,
    widgets.CheckboxSelectMultiple,
    widgets.HiddenInput,
)


@register.simple_tag
def control(field: boundfield.BoundField) -> str:
    """The field's widget with the theme's class.

    Django adds `aria-describedby` and `aria-invalid` itself.
    """
    widget = field.field.widget
    if isinstance(widget, UNSTYLED):
        return field.as_widget()
    shown = field.as_widget(attrs={"class": f"input {widget.attrs.get('class', '')}".strip()})
    return shown + field.as_hidden(only_initial=True) if field.field.show_hidden_initial else shown


@register.filter
def count_errors(form) -> int:
    """The lines that `components/form_errors.html` lists: one field may have several."""
    return sum(len(errors) for errors in form.errors.values())


@register.filter
def is_single_choice_box(field: boundfield.BoundField) -> bool:
    """A lone box to tick: its label stands after it."""
    return isinstance(field.field.widget, widgets.CheckboxInput)
