"""A page with a chart of each kind, in its own urlconf: no page of the house shows them all."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpResponse
from django.template import engines
from django.urls import path
from django.utils import translation

from cms.urls import handler400, handler403, handler404, handler500  # noqa: F401
from cms.urls import urlpatterns as addresses
from courses.charts.values import Bar, Bars, Heat, Lines, Series

PAGE = """{% extends "base.html" %}
{% block head %}<link rel="stylesheet" href="{% static "courses/css/charts.css" %}">{% endblock %}
{% block title %}Charts{% endblock %}{% block heading %}Charts{% endblock %}
{% block main %}<div class="part">{% for chart in charts %}
  <section class="sheet"><h2>{{ chart.title }}</h2>{% include chart.template with chart=chart.drawn only %}</section>
{% endfor %}</div>{% endblock %}"""
TEMPLATES = {Bars: "chart_bars", Lines: "chart_lines", Heat: "chart_heat"}

BY_HOUR = [2, 1, 0, 0, 1, 3, 8, 22, 41, 46, 44, 40, 30, 34, 42, 40, 36, 35, 33, 31, 30, 26, 18, 8]
USUAL = [0, 0, 0, 0, 0, 1, 4, 12, 18, 17, 16, 14, 9, 12, 15, 14, 11, 9, 7, 6, 5, 4, 2, 1]
SCHOOLS = ["Verne", "Malraux", "Tristan", "Corbusier", "Champs de Tracy", "Lycée Nature"]


def charts(is_french: bool) -> list:
    def word(english: str, french: str) -> str:
        return french if is_french else english

    days = word("Mon Tue Wed Thu Fri Sat Sun", "lun. mar. mer. jeu. ven. sam. dim.").split()
    hours = [f"{hour}\N{NO-BREAK SPACE}h" if is_french else f"{hour}:00" for hour in range(24)]
    pages, people = word("pages", "pages"), word("people", "personnes")
    school = word("School", "Lycée")
    weeks = [f"{word('w', 's')}{at}" for at in range(36, 53)] + [
        f"{word('w', 's')}{at}" for at in range(1, 27)
    ]
    return [
        Bars(
            word(
                "Pages by hour, week of 16 March 2020", "Pages par heure, semaine du 16 mars 2020"
            ),
            [
                Bar(hour, None if at == 3 else number * 10_137, usual * 10_137)
                for at, (hour, number, usual) in enumerate(zip(hours, BY_HOUR, USUAL, strict=True))
            ],
            unit=pages,
            row_head=word("Hour", "Heure"),
            usual_words=word("a usual week", "une semaine habituelle"),
            is_upright=True,
            sentence=word("Three times the usual.", "Trois fois l’habitude."),
        ),
        Bars(
            word("People who opened Madmagz", "Personnes ayant ouvert Madmagz"),
            [
                Bar(name, number)
                for name, number in zip(SCHOOLS, [14, None, 1421, None, None, 9], strict=True)
            ],
            unit=people,
            row_head=school,
            total=Bar(word("Total", "Total"), 1490),
        ),
        Bars(
            word("Hours delivered", "Heures réalisées"),
            [
                Bar("Lycée polyvalent Champs de Tracy, Vaux-le-Pénil, Seine-et-Marne", 26.5, 31),
                Bar("Lycée Flora Tristan", 12, 8.5),
                Bar("Lycée Jules Verne", 0, 4),
            ],
            unit=word("hours", "heures"),
            row_head=school,
            usual_words=word("last school year", "année scolaire précédente"),
        ),
        Lines(
            word("Active people by week", "Personnes actives par semaine"),
            [
                Series(
                    name,
                    [
                        (week, None if at == 2 and n % 9 == 4 else 400 * (at + 2) + (n * 37) % 300)
                        for n, week in enumerate(weeks)
                    ],
                )
                for at, name in enumerate(SCHOOLS)
            ],
            unit=people,
            row_head=word("Week", "Semaine"),
        ),
        Heat(
            word("Pages of a week by hour", "Pages d’une semaine par heure"),
            days,
            hours,
            [
                [
                    None if (day, at) in {(5, 4), (6, 3)} else number * (7 - day) * 31
                    for at, number in enumerate(BY_HOUR)
                ]
                for day in range(7)
            ],
            unit=pages,
            row_head=word("Hour", "Heure"),
        ),
    ]


def charts_page(request):
    shown = [
        {
            "title": chart.title,
            "template": f"components/{TEMPLATES[type(chart)]}.html",
            "drawn": chart,
        }
        for chart in charts(translation.get_language() == "fr")
    ]
    page = engines["django"].from_string(PAGE)
    return HttpResponse(page.render({"charts": shown}, request))


urlpatterns = [*i18n_patterns(path("charts/", charts_page, name="charts")), *addresses]
