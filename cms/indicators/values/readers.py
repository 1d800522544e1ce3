"""Who reads, without a name."""

from dataclasses import dataclass
from typing import NamedTuple

from cms.indicators.enums import Place, ReaderDevice, ReaderRole

type School = int | str  # its key in the database, or ELSEWHERE


class CountedReader(NamedTuple):
    """Where and as what a person is counted."""

    school_id: int | None
    role: ReaderRole


@dataclass(frozen=True)
class SeenReader:
    """One keyed identifier of a week: where, in which role, and when on which devices."""

    school: School
    role: ReaderRole
    when: frozenset[tuple[Place, ReaderDevice]]
