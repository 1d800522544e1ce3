"""Charts: numbers become lengths, hidden ones tell nothing, and every number is in the table, too."""

import re
from itertools import pairwise

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from courses.charts.values import Bar, Bars, Heat, Lines, Series, scale_of

DAYS = ["Mon", "Tue"]


def drawn(kind: str, chart) -> str:
    return render_to_string(f"components/chart_{kind}.html", {"chart": chart})


@pytest.mark.parametrize(
    ("numbers", "steps", "words"),
    [
        ([], [0, 1], ""),
        ([0, 0], [0, 1], ""),
        ([1], [0, 1], ""),
        ([3], [0, 1, 2, 3], ""),
        ([7], [0, 3, 6, 9], ""),
        ([46], [0, 20, 40, 60], ""),
        ([0.5], [0, 0.2, 0.4, 0.6], ""),
        ([1_500], [0, 500, 1_000, 1_500], ""),
        ([46_000], [0, 20_000, 40_000, 60_000], "in thousands"),
        ([6_800_000], [0, 2_500_000, 5_000_000, 7_500_000], "in thousands"),
        ([68_000_000], [0, 25_000_000, 50_000_000, 75_000_000], "in millions"),
    ],
)
def test_an_axis_holds_all_numbers_in_round_steps(numbers, steps, words):
    scale = scale_of(numbers)

    assert scale.steps == pytest.approx(steps)
    assert scale.unit_words == words


def test_bars_are_as_long_as_their_numbers():
    chart = Bars("T", [Bar("a", 10), Bar("b", 30), Bar("c", 0)], unit="people", is_upright=True)

    boxes = chart.svg.boxes

    assert [box.height for box in boxes] == [48, 144, 0]
    assert {box.y + box.height for box in boxes} == {176}


def test_bars_under_another_begin_at_one_line():
    chart = Bars("T", [Bar("a", 10), Bar("b", 30), Bar("c", 0)], unit="people")

    boxes = chart.svg.boxes

    assert len({box.x for box in boxes}) == 1
    assert boxes[1].width == pytest.approx(3 * boxes[0].width, abs=2)
    assert boxes[1].x + boxes[1].width < chart.svg.width


@pytest.mark.parametrize("is_upright", [True, False], ids=["upright", "lying"])
def test_a_hidden_bar_is_an_outline_of_one_size_and_a_word(is_upright):
    chart = Bars(
        "T", [Bar("a", 14), Bar("b", None), Bar("c", None)], unit="people", is_upright=is_upright
    )

    hidden = [box for box in chart.svg.boxes if box.kind == "hidden"]
    page = drawn("bars", chart)

    assert len({(box.width, box.height) for box in hidden}) == 1
    assert page.count('<span class="hidden-cell">hidden</span>') == 2
    assert "2 numbers are hidden" in page
    assert "hidden: its length says nothing" in page


def test_a_chart_without_hidden_numbers_says_nothing_of_them():
    page = drawn("bars", Bars("T", [Bar("a", 14)], unit="people"))

    assert "hidden" not in page.replace('aria-hidden="true"', "")


def test_numbers_are_written_as_the_language_writes_them():
    chart = Bars("T", [Bar("a", 1_421), Bar("b", 26.5)], unit="x")

    english = drawn("bars", chart)
    with translation.override("fr"):
        french = drawn("bars", chart)

    assert "<td>1,421</td>" in english
    assert "<td>26.5</td>" in english
    assert "<td>1\u202f421</td>" in french
    assert "<td>26,5</td>" in french
    assert [text.text for text in chart.svg.texts if text.is_value] == ["1,421", "26.5"]


def test_coordinates_stay_plain_in_french():
    """An attribute of SVG with a comma, or with a space for thousands, would be broken."""
    chart = Bars("T", [Bar(f"Lycée {at}", at * 1000) for at in range(60)], unit="x")

    with translation.override("fr"):
        page = drawn("bars", chart)

    assert chart.svg.height > 1_000
    numbers = re.findall(r' (?:x|y|width|height)="([^"]*)"', page)
    assert all(re.fullmatch(r"\d+", number) for number in numbers)
    assert f'viewBox="0 0 320 {chart.svg.height}"' in page


def test_what_bars_are_compared_with_is_a_line_and_a_column():
    chart = Bars(
        "T",
        [Bar("0 h", 10, 5), Bar("1 h", 20, None), Bar("2 h", 30, 15)],
        unit="pages",
        row_head="Hour",
        usual_words="usual",
        is_upright=True,
    )

    lines = [path for path in chart.svg.above if path.kind == "usual"]

    assert len(lines) == 1
    assert lines[0].d.count("M") == 2  # with a gap where there is nothing to compare
    assert chart.table.head == ("Hour", "pages", "usual")
    assert [row.figures for row in chart.table.rows] == [(10, 5), (20, ""), (30, 15)]


def test_a_total_stands_in_the_table_alone():
    chart = Bars("T", [Bar("a", 14), Bar("b", None)], unit="x", total=Bar("Total", 40))

    assert len(chart.svg.boxes) == 2
    assert [(row.label, row.figures, row.is_total) for row in chart.table.rows] == [
        ("a", (14,), False),
        ("b", (None,), False),
        ("Total", (40,), True),
    ]
    assert 'class="is-total"' in drawn("bars", chart)


def test_a_line_has_a_gap_where_its_number_is_hidden():
    chart = Lines(
        "T",
        [
            Series("Verne", [("w1", 10), ("w2", None), ("w3", 30)]),
            Series("Malraux", [("w2", 20), ("w3", 20), ("w4", 20)]),
        ],
        row_head="Week",
    )

    first, second = (path.d for path in chart.svg.above if path.kind.startswith("line"))

    assert first.count("M") == 2
    assert second.count("M") == 1
    assert chart.table.head == ("Week", "Verne", "Malraux")
    assert [(row.label, row.figures) for row in chart.table.rows] == [
        ("w1", (10, "")),
        ("w2", (None, 20)),
        ("w3", (30, 20)),
        ("w4", ("", 20)),
    ]


def test_lines_are_told_apart_by_letters_that_dont_touch():
    chart = Lines("T", [Series(f"School {at}", [("w1", 9), ("w2", 9)]) for at in range(6)])

    letters = [text for text in chart.svg.texts if text.text in "ABCDEF"]

    assert [text.text for text in letters] == list("ABCDEF")
    places = [text.y for text in letters]
    assert all(below - above >= 15 for above, below in pairwise(places))
    assert [key.words for key in chart.keys] == [f"{'ABCDEF'[at]} School {at}" for at in range(6)]


def test_more_than_six_lines_are_refused():
    with pytest.raises(ValueError, match="7 lines"):
        Lines("T", [Series(str(at), [("w1", 1)]) for at in range(7)])


@pytest.mark.parametrize(
    ("most", "words"),
    [
        pytest.param(0, ["0", "up to 1"], id="nothing at all"),
        pytest.param(1, ["0", "up to 1"], id="one"),
        pytest.param(3, ["0", "up to 1", "up to 2", "up to 3"], id="three"),
        pytest.param(5, ["0", *(f"up to {number}" for number in range(1, 6))], id="five"),
        pytest.param(11, ["0", *(f"up to {number}" for number in (2, 4, 7, 9, 12))], id="eleven"),
    ],
)
def test_a_heat_has_no_level_between_two_whole_numbers(most, words):
    """Of a week without a page its key went from 0 up to 0.2; of one with three pages an hour up to 1.2."""
    assert [str(key.words) for key in Heat("T", ["Mon"], ["8 h"], [[most]]).keys] == words


@pytest.mark.parametrize(
    ("language", "up_to", "numbers"),
    [
        ("en", "up to", ["2,500", "5,000", "7,500", "10,000", "12,500"]),
        (
            "fr",
            "jusqu’à",
            ["2\u202f500", "5\u202f000", "7\u202f500", "10\u202f000", "12\u202f500"],
        ),
    ],
)
def test_the_key_of_a_heat_has_whole_numbers_without_a_unit(language, up_to, numbers):
    """Not *up to 2.5* in thousands."""
    chart = Heat("T", ["Mon"], ["8 h"], [[11_500]], unit="Pages")

    with translation.override(language):
        words = [str(key.words) for key in chart.keys]

    assert words == ["Pages", "0", *(f"{up_to} {number}" for number in numbers)]


def test_heat_has_five_levels_none_and_hidden():
    chart = Heat(
        "T", DAYS, ["0 h", "1 h", "2 h", "3 h"], [[0, 1, 19, 20], [21, 81, 100, None]], row_head="H"
    )

    kinds = [box.kind for box in chart.svg.boxes]

    assert kinds == [
        *("heat-0", "heat-1", "heat-1", "heat-1"),
        *("heat-2", "heat-5", "heat-5", "hidden"),
    ]
    assert [(row.label, row.figures) for row in chart.table.rows] == [
        ("0 h", (0, 21)),
        ("1 h", (1, 81)),
        ("2 h", (19, 100)),
        ("3 h", (20, None)),
    ]
    assert [str(key.words) for key in chart.keys] == [
        "0",
        *(f"up to {most}" for most in (20, 40, 60, 80, 100)),
        "hidden",
    ]


@pytest.mark.parametrize("most", [1, 7, 999, 1_000, 1_001, 2_002, 5_005, 10_010, 1_001_000])
def test_the_busiest_hour_is_in_one_of_the_five_levels(most):
    """Also just above a round number, and no more than the key says."""
    chart = Heat("T", ["Mon"], ["8 h"], [[most]])

    assert 1 <= chart.level(most) <= 5
    assert chart.scale.top * chart.level(most) / 5 >= most


def test_two_places_of_one_label_are_two_points():
    chart = Lines(
        "T",
        [Series("2027", [((0, 31), 10), ((1, 31), 20)]), Series("2026", [((1, 1), 5)])],
        places={(0, 31): "31", (1, 1): "1", (1, 31): "31"},
    )

    assert [(row.label, row.figures) for row in chart.table.rows] == [
        ("31", (10, "")),
        ("1", ("", 5)),
        ("31", (20, "")),
    ]


@pytest.mark.parametrize(
    ("kind", "chart"),
    [
        ("bars", Bars("T", [], unit="x")),
        ("bars", Bars("T", [], unit="x", is_upright=True)),
        ("bars", Bars("T", [Bar("a", None), Bar("b", None)], unit="x", is_upright=True)),
        ("bars", Bars("T", [Bar("a", None)], unit="x")),
        ("lines", Lines("T", [])),
        ("lines", Lines("T", [Series("a", [])])),
        ("lines", Lines("T", [Series("a", [("w1", None)])])),
        ("heat", Heat("T", [], [], [])),
        ("heat", Heat("T", DAYS, ["0 h"], [[None], [0]])),
    ],
)
def test_charts_of_nothing_are_drawn(kind, chart):
    page = drawn(kind, chart)

    assert 'role="img" aria-label="T"' in page
    assert "<table" in page


def test_names_are_escaped():
    page = drawn("bars", Bars("<T>", [Bar("<b>", 3)], unit="<x>"))

    assert "<b>" not in page
    assert "<T>" not in page
    assert "<x>" not in page
