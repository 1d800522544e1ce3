"""Files of timetable software: read, compared, applied, undone."""
