"""Breaks the parts of the shape one after the other while people use it, and says what was seen.

    uv run --extra production --group shape python deploy/faults FOLDER [FAULT …]
    uv run --extra production --group shape python deploy/faults FOLDER --table

Starts the shape in FOLDER (`deploy/shape`), with the small demo in it. For each fault readers, phones and
people who ask for letters come; the part is broken and mended; then everything that the site has said yes
to is looked for. Ends with 1 where anything is lost, twice, or never landed. What was seen is kept in
FOLDER/faults.json, and `--table` prints it for docs/faults.md. Some two minutes a fault; as root, for a
disk that is full.
"""

import argparse
import collections
import datetime
import json
import re
import signal
import sys
import time
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import people
from faults import FAULTS, Parts

BEFORE, AFTER = 5, 8  # seconds of people before the fault, and after it is mended
LANDS_WITHIN = 90  # seconds, for what was begun
MESSAGE_ID = re.compile(rb"^message-id:\s*<letter-([0-9a-z]+)@", re.IGNORECASE | re.MULTILINE)


def shapes():
    """The module deploy/shape."""
    path = Path(__file__).parents[1] / "shape"
    spec = spec_from_loader("shape", SourceFileLoader("shape", str(path)))
    module = module_from_spec(spec)
    sys.modules["shape"] = module
    spec.loader.exec_module(module)
    return module


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("faults", nargs="*", metavar="FAULT", help=f"of {', '.join(FAULTS)}")
    parser.add_argument(
        "--table", action="store_true", help="print what was seen, and break nothing"
    )
    parser.add_argument(
        "--mail-seconds", type=float, default=60, help="how long no mail server is there"
    )
    options = parser.parse_args()
    if unknown := set(options.faults) - set(FAULTS):
        parser.error(f"no such fault: {', '.join(unknown)}")
    folder = options.folder.resolve()
    kept = folder / "faults.json"
    seen = json.loads(kept.read_text()) if kept.exists() else {}
    if options.table:
        print(table(seen))
        return
    # Ended halfway, a small disk is still put away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended by SIGTERM"))
    module = shapes()
    module.Shape(folder).start(base=6100, demo="small")
    parts = Parts(folder, module, mail_seconds=options.mail_seconds)
    for name in options.faults or FAULTS:
        if name.startswith("s3") and not parts.shape.state.has_s3:
            print(f"{name}: no S3 server here")
            continue
        seen[name] = run(name, parts)
        kept.write_text(json.dumps(seen, indent=1))
        print(f"{name}: {json.dumps(seen[name])}", flush=True)
    bad = [name for name in options.faults or FAULTS if not is_fine(seen.get(name))]
    print("All is there, once." if not bad else f"Look at: {', '.join(bad)}")
    sys.exit(1 if bad else 0)


def run(name: str, parts: Parts) -> dict:
    fault = FAULTS[name]
    parts.notes = []
    with fault.around(parts):
        who = parts.inside("places", {"count": 200, "letters": 6})
        since = datetime.datetime.now(datetime.UTC)
        port = parts.shape.port("https")
        crowd = people.Crowd(port, who["places"], who["addresses"], heavy=fault.heavy)
        parts.crowd = crowd
        crowd.come()
        time.sleep(BEFORE)
        began = time.monotonic()
        breaking = fault.breaks(parts)
        next(breaking)
        next(breaking, None)
        time.sleep(AFTER)
        crowd.leave(LANDS_WITHIN)
        told = crowd.seen
        found = promises(parts, told, since)
    return {
        "title": fault.title,
        "on": since.date().isoformat(),
        "reads": people.summed(told.reads, began),
        "writes": people.summed(told.writes, began),
        "handins": len(told.handins),
        "letters": len(told.letters),
        "given_up": told.given_up,
        "notes": parts.notes,
        **found,
    }


def promises(parts: Parts, told: people.Seen, since: datetime.datetime) -> dict:
    """Lost, twice and late. Where a killed worker's job waits for its fifteen minutes, they are moved."""
    asked = {"handins": told.handins, "letters": told.letters, "since": since.isoformat()}
    found = parts.inside("lost", asked | {"patience": 45})
    if found["late"]:
        moved = parts.inside("hurry")
        parts.notes.append(
            f"made due at once: {moved['held']} held by a killed worker, {moved['due']} that had failed"
        )
        found = parts.inside("lost", asked)
    mails = mails_by_letter(parts.folder / "mails")
    sent = found.pop("sent")
    found["lost"] += [f"mail of letter {one}" for one in sent if not mails[one]]
    found["twice"] += [f"mail of letter {one}" for one in sent if mails[one] > 1]
    return found


def mails_by_letter(folder: Path) -> collections.Counter:
    mails = [path for path in folder.rglob("*") if path.is_file()]
    ids = [MESSAGE_ID.search(path.read_bytes()) for path in mails]
    return collections.Counter(one[1].decode() for one in ids if one)


def is_fine(seen: dict | None) -> bool:
    if seen is None:
        return True
    return not (seen["lost"] or seen["twice"] or seen["late"] or seen["given_up"])


def table(seen: dict) -> str:
    lines = [
        "| fault | reads: errors, until served again | writes: errors, until taken again | "
        "handed in, letters | lost, twice | |",
        "|---|---|---|---|---|---|",
    ]
    for name in [name for name in FAULTS if name in seen]:
        one = seen[name]
        lines.append(
            f"| {one['title']} | {cell(one['reads'])} | {cell(one['writes'])} | "
            f"{one['handins']}, {one['letters']} | {len(one['lost'])}, {len(one['twice'])} | "
            f"{'; '.join(one['notes'])} |"
        )
    return "\n".join(lines)


def cell(part: dict) -> str:
    if not part["errors"]:
        return f"none of {part['asked']}; slowest {part['slowest']} s"
    kinds = ", ".join(f"{count} times {kind}" for kind, count in sorted(part["errors"].items()))
    return f"of {part['asked']} {kinds}; {part['seconds']} s"


if __name__ == "__main__":
    main()
