"""HTML that wishes us ill, each with its verdict: what remains of it."""

import json
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "data" / "hostile_html"


@dataclass(frozen=True)
class Fragment:
    name: str
    html: str
    kept: str


def fragments() -> list[Fragment]:
    """Those that are long by repeating say what is repeated, and how often."""
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        for row in json.loads(path.read_text()):
            html = (
                row["html"]
                if "html" in row
                else row["begins"] + row["again"] * row["times"] + row["ends"]
            )
            found.append(Fragment(f"{path.stem}: {row['name']}", html, row["kept"]))
    return found
