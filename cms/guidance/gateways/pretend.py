"""Stands in for the rest of the web, in the demo and in tests: asks nobody, says so, and can fail."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cms.guidance.enums import Fault
from cms.guidance.exceptions import WebUnreachable


class PretendLinks:
    """`settings.LINKS["dead"]`: addresses, or names of sites, with what is wrong there.

    All others are well.
    """

    is_pretend = True

    def __init__(self, config: Mapping[str, Any]):
        self.dead = config.get("dead", {})
        self.line_is_down = config.get("line_is_down")  # a file: for as long as it is there

    def fault_of(self, address: str) -> Fault | None:
        if self.line_is_down and Path(self.line_is_down).exists():
            raise WebUnreachable
        fault = self.dead.get(address) or self.dead.get(urlsplit(address).hostname)
        return Fault(fault) if fault else None
