"""Finds each hand-in again of which the server said that it has it: row, photos, checksums, files.

Runs inside Django, see `deploy.load.__main__`.
"""

import io
import json
from pathlib import Path

from PIL import Image

from continuity.enums import HandInState
from continuity.models import HandIn


def check(folder: str) -> dict:
    """Counts, and what is wrong in words. A file is right when it opens, has the size that its row
    says and shows a whole picture.
    """
    lines = [json.loads(line) for line in (Path(folder) / "sent.jsonl").read_text().splitlines()]
    wrong, files = [], 0
    for line in lines:
        found = HandIn.objects.filter(
            student=line["student"],
            assignment__public_id=line["homework"],
            state=HandInState.HANDED_IN,
        )
        parts = [part for handin in found for part in handin.parts.all()]
        if len(found) != 1 or sorted(part.checksum for part in parts) != sorted(line["checksums"]):
            wrong.append(f"student {line['student']}: {len(found)} hand-ins, {len(parts)} photos")
            continue
        for part in parts:
            files += 1
            content = part.file.open().read()
            if len(content) != part.size_bytes:
                wrong.append(f"{part.file.name}: {len(content)} bytes of {part.size_bytes}")
            else:
                Image.open(io.BytesIO(content)).load()
    return {"sent": len(lines), "files": files, "wrong": wrong}
