"""Rooms in another tool."""

from dataclasses import dataclass


@dataclass(frozen=True)
class RoomSaid:
    """Words for participants about a room; empty: it is ours."""

    tool: str = ""
    learns: str = ""


@dataclass(frozen=True)
class RoomFields:
    """Where a session or one of its meetings takes place; without an address, in our room."""

    address: str = ""
    tool: str = ""
    learns: str = ""
    plan_b_address: str = ""
    plan_b_words: str = ""

    @property
    def as_kept(self) -> dict[str, str]:
        address = _with_lower_scheme(self.address)
        return {
            "address": address,
            "tool": self.tool.strip() if address else "",
            "learns": self.learns.strip() if address else "",
            "plan_b_address": _with_lower_scheme(self.plan_b_address),
            "plan_b_words": self.plan_b_words.strip(),
        }


def _with_lower_scheme(address: str) -> str:
    """A phone's keyboard begins with a capital letter: Https://"""
    scheme, colon, rest = address.strip().partition(":")
    return f"{scheme.lower()}{colon}{rest}" if colon else scheme
