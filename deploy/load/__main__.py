"""Load on a running shape (`deploy/shape`), and what came of it.

    python -m deploy.load FOLDER people --lycees 3
    python -m deploy.load FOLDER bell --lycees 3 --minutes 5
    python -m deploy.load FOLDER evening --rate 20 --minutes 3
    python -m deploy.load FOLDER enrolment --rate 10 --minutes 3
    python -m deploy.load FOLDER costs --each 120
    python -m deploy.load FOLDER pin --nodes 1 --without-cache
    python -m deploy.load FOLDER free

`people` comes first, once: it makes lycées of 1,200 students, with sessions. `costs` measures CPU
by kind of request and part, which the simulation reads. Prints Markdown; all figures lie in
FOLDER/load/results. Ends with 1 if an answer was wrong or a hand-in isn't there.
"""

import argparse
import datetime
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from deploy.load import calibrating, pinning
from deploy.load.costs import PartCosts
from deploy.load.reporting import LoadResult

CODE = Path(__file__).resolve().parents[2]


def main() -> int:
    parser = argparse.ArgumentParser(prog="deploy.load", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="that of the shape")
    words = parser.add_subparsers(dest="word", required=True)
    words.add_parser("people").add_argument("--lycees", type=int, default=3)
    for name in ("bell", "evening", "enrolment"):
        scenario = words.add_parser(name)
        scenario.add_argument("--minutes", type=float, default=5)
        scenario.add_argument("--seed", type=int, default=2020)
        scenario.add_argument("--check", default="", help="name, as a check of the simulation")
        if name == "bell":
            scenario.add_argument("--lycees", type=int, default=1)
            scenario.add_argument(
                "--times", type=float, default=1, help="so many times as many people"
            )
        else:
            scenario.add_argument("--rate", type=float, default=10, help="visits a second")
    costs = words.add_parser("costs")
    costs.add_argument("--each", type=int, default=120, help="visits of each kind")
    costs.add_argument("--lines", type=int, default=2, help="connections at once")
    form = words.add_parser("pin")
    form.add_argument("--nodes", type=int, choices=[1, 2], default=2)
    form.add_argument("--without-cache", action="store_true")
    words.add_parser("free")
    options = parser.parse_args()
    site = LoadSite(options.folder.resolve())
    if options.word == "people":
        site.inside(f"people.make({str(site.place)!r}, {options.lycees})")
        return 0
    if options.word == "pin":
        pinning.pin(site.shape, nodes=options.nodes, has_cache=not options.without_cache)
        return 0
    if options.word == "free":
        pinning.free(site.shape)
        return 0
    if options.word == "costs":
        measured = calibrating.measure(site.shape, site.address, options.each, options.lines)
        site.keep("costs", measured | {"form": pinning.form_of(site.shape)})
        print(calibrating.table(measured))
        return 0
    return site.run(options)


class LoadSite:
    """The shape, and the folder in it where people and results lie."""

    def __init__(self, shape: Path):
        self.shape, self.place = shape, shape / "load"
        text = (shape / "env").read_text()
        self.settings = dict(re.findall(r"^(\w+)='(.*)'$", text, re.MULTILINE))
        self.address = self.settings["PASSERELLE_SITE_ADDRESS"]

    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PG", "PASSERELLE", "DJANGO"))
        }
        return kept | self.settings

    def inside(self, call: str) -> str:
        """Call one of this package's functions inside Django; what it printed."""
        code = f"from deploy.load import handed_in, people, seats\n{call}"
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        done = subprocess.run(
            command, cwd=CODE, env=self.environment(), check=True, stdout=subprocess.PIPE, text=True
        )
        return done.stdout

    def run(self, options: argparse.Namespace) -> int:
        scenario = {
            "name": options.word,
            "site": self.address,
            "seconds": options.minutes * 60,
            "seed": options.seed,
        } | {name: vars(options)[name] for name in ("rate", "lycees", "times") if name in options}
        (self.place / "rows.json").unlink(missing_ok=True)
        (self.place / "sent.jsonl").write_text("")
        locust = [Path(sys.executable).parent / "locust", "-f", "deploy/load/locustfile.py"]
        form = pinning.form_of(self.shape)
        costs = PartCosts(self.shape)
        subprocess.run(
            [*locust, "--headless", "-u", "1", "-r", "1", "--only-summary"],
            cwd=CODE,
            env=os.environ
            | {"LOAD_FOLDER": str(self.place), "LOAD_SCENARIO": json.dumps(scenario)}
            | {"PYTHONPATH": str(CODE)},
            stdout=subprocess.DEVNULL,
            preexec_fn=lambda: os.sched_setaffinity(0, form["others"]),
            check=False,  # 1 when an answer was wrong: said below
        )
        told = json.loads((self.place / "rows.json").read_text())
        result = LoadResult(scenario=scenario, cpu=costs.since(), took=costs.took, **told)
        result.hand_ins = json.loads(
            self.inside(f"import json; print(json.dumps(handed_in.check({str(self.place)!r})))")
        )
        if options.word == "enrolment":
            result.seats = json.loads(self.inside(f"seats.check({str(self.place)!r})"))
        self.keep(options.word, result.figures() | {"form": form, "check": options.check})
        print(result.in_markdown())
        return 0 if result.is_right else 1

    def keep(self, name: str, figures: dict) -> None:
        results = self.place / "results"
        results.mkdir(exist_ok=True)
        at = datetime.datetime.now(datetime.UTC).strftime("%Y%m%d-%H%M%S")
        (results / f"{name}-{at}.json").write_text(json.dumps(figures, indent=1))


if __name__ == "__main__":
    sys.exit(main())
