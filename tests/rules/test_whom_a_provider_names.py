"""Directory and identifier of what a provider says: nobody of a directory it wasn't given."""

import pytest

from courses.signin.enums import ValueForm
from courses.signin.rules import identifiers_of

REFERENCE, PLAIN = ValueForm.REFERENCE, ValueForm.PLAIN


@pytest.mark.parametrize(
    ("form", "values", "namespaces", "found"),
    [
        (PLAIN, ["1", "2"], ["aaf:70"], [("aaf:70", "1"), ("aaf:70", "2")]),
        (PLAIN, ["{AAF}70|2|1"], ["aaf:70"], [("aaf:70", "{AAF}70|2|1")]),
        (PLAIN, ["1"], ["aaf:70", "aaf:5"], []),
        (PLAIN, ["1"], [], []),
        (REFERENCE, ["{AAF}70|2|1"], ["aaf:70"], [("aaf:70", "1")]),
        (REFERENCE, ["{AAF}70||1"], ["aaf:70"], [("aaf:70", "1")]),
        (REFERENCE, ["{AAF}5|2|1"], ["aaf:5"], [("aaf:5", "1")]),
        (REFERENCE, ["{AAF}05|2|1"], ["aaf:5"], [("aaf:5", "1")]),
        (REFERENCE, ["{AAF}005|2|1"], ["aaf:5"], [("aaf:5", "1")]),
        (
            REFERENCE,
            ["{AAF}05|2|1", "{AAF}70|1|2", "{AAF}21|1|3"],
            ["aaf:70", "aaf:5"],
            [("aaf:5", "1"), ("aaf:70", "2")],
        ),
        (REFERENCE, ["{AAF}98|2|1"], ["aaf:70"], []),
        (REFERENCE, ["{SIECLE}70|2|1"], ["aaf:70"], []),
        (REFERENCE, ["1", "70|2|1", "x{AAF}70|2|1"], ["aaf:70"], []),
        (REFERENCE, ["{AAF}70|1", "{AAF}70|2|1|3", "{AAF}70|2|", "{AAF}|2|1"], ["aaf:70"], []),
        (REFERENCE, ["{AAF}70\n|2|1", "{AAF}70|2|1\n2"], ["aaf:70"], []),
        (REFERENCE, ["{AAF}normandie|2|1"], ["aaf:70"], []),
        (REFERENCE, ["{aaf}70|2|1"], ["aaf:70"], []),
    ],
    ids=[
        "plain values",
        "a plain value that looks like a reference",
        "plain, of two directories",
        "plain, of no directory",
        "a reference",
        "nothing in the middle",
        "an académie of one digit",
        "with a zero in front",
        "with two",
        "several académies, one of them not given",
        "an académie that wasn't given",
        "another prefix",
        "no prefix",
        "too few or too many parts",
        "a line's end",
        "a name in place of the number",
        "a small prefix",
    ],
)
def test_whom_a_provider_names(form, values, namespaces, found):
    assert identifiers_of(values, form=form, namespaces=namespaces) == found
