"""Delta sets of a directory (AAF), written as an académie's tool writes them."""

from pathlib import Path

from tests.factories.rosters import HEAD, JOIN, TAIL, a_student, a_teacher, packed

SAMPLES = Path(__file__).parents[1] / "data" / "aaf" / "delta"


def a_delta(students=(), staff=None, day="20261121", prefix="ENT_NORMANDIE", **more) -> bytes:
    """`staff`: records; without them the set has no file of the staff. `more`: other kinds."""
    kinds = {"Eleve": students} | ({"PersEducNat": staff} if staff is not None else {}) | more
    return packed(
        {
            f"{prefix}_Delta_{day}_{kind}_0000.xml": (HEAD + "".join(records) + TAIL).encode()
            for kind, records in kinds.items()
        }
    )


def modified(record: str, *, without: tuple[str, ...] = ()) -> str:
    """The record that adds as one that changes; `without`: fields of which it says nothing."""
    lines = record.replace("addRequest", "modifyRequest").replace("attributes>", "modifications>")
    found = []
    for line in lines.splitlines():
        if line.startswith('<attr name="') and not any(f'"{name}"' in line for name in without):
            line = line.replace("<attr name", "<modification operation='replace' name")
            line = line.replace("</attr>", "</modification>")
        elif line.startswith('<attr name="'):
            continue
        found.append(line)
    return "\n".join(found) + "\n"


def changed(key: str, kind: str = "Eleve", **said) -> str:
    """A record that changes these fields alone."""
    body = "".join(
        f'<modification name="{name}" operation="replace">'
        + "".join(f"<value>{value}</value>" for value in values or [""])
        + "</modification>\n"
        for name, values in said.items()
    )
    return _request("modifyRequest", kind, key, f"<modifications>\n{body}</modifications>\n")


def deleted(key: str, kind: str = "Eleve") -> str:
    return _request("deleteRequest", kind, key, "")


def _request(verb: str, kind: str, key: str, body: str) -> str:
    return (
        f'<{verb}>\n<operationalAttributes><attr name="categoriePersonne"><value>{kind}</value>'
        f"</attr></operationalAttributes>\n<identifier><id>{key}</id></identifier>\n{body}</{verb}>\n"
    )


def a_change(key, *said, **more) -> str:
    """Of a student, with every field, as real sets have it."""
    return modified(a_student(key, *said, **more))


def a_change_of_staff(key, *said, **more) -> str:
    return modified(a_teacher(key, *said, **more))


def the_delta_samples() -> bytes:
    return packed({path.name: path.read_bytes() for path in sorted(SAMPLES.iterdir())})


__all__ = [
    "JOIN", "a_change", "a_change_of_staff", "a_delta", "changed", "deleted", "modified",
    "the_delta_samples",
]  # fmt: skip
