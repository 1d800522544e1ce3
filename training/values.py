"""Plain values of training: no models, no queries."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Standing:
    """What a teacher without an entitlement is to be told: where they teach, and a licence there that isn't for them.

    `reserved_for` is the scope of that licence ("named" or "subjects"), `subjects` their titles in the active language.
    """

    schools: tuple[str, ...] = ()
    reserved_at: str = ""
    reserved_for: str = ""
    subjects: str = ""
    contact: str = ""
