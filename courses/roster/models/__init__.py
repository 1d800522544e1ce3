"""What a school's directory said, what it changed, and what waits for a yes."""

from courses.roster.models.academies import AcademySet, SchoolRefusal
from courses.roster.models.imports import (
    ChosenDirectory,
    RosterChange,
    RosterFolder,
    RosterImport,
    StagedGuardian,
    StagedStudent,
    StagedTeacher,
)
from courses.roster.models.said import LastSaid, LastSaidOfGuardian, LastSaidOfTeacher

__all__ = [
    "AcademySet",
    "ChosenDirectory",
    "LastSaid",
    "LastSaidOfGuardian",
    "LastSaidOfTeacher",
    "RosterChange",
    "RosterFolder",
    "RosterImport",
    "SchoolRefusal",
    "StagedGuardian",
    "StagedStudent",
    "StagedTeacher",
]
