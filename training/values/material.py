"""Limits of a session's material and of questions in advance."""

import datetime

MEGABYTE = 1_000_000
MATERIAL_MEGABYTES, MOST_MATERIAL = 20, 30  # of one file; files and links of one session
MATERIAL_ADDED_WITHIN = datetime.timedelta(days=30)  # after the end of the session
MATERIAL_UNDONE_WITHIN = datetime.timedelta(hours=1)
MOST_QUESTIONS = 3  # of one person, for one session
QUESTIONS_ASKED_WITHIN = datetime.timedelta(days=7)  # after the last date
QUESTIONS_ANSWERED_WITHIN = datetime.timedelta(days=14)  # after the last date
QUESTIONS_TOLD_EVERY = datetime.timedelta(hours=1)  # to one trainer, of one session
QUESTIONS_TOLD_SOON = datetime.timedelta(minutes=10)  # where a date begins before the hour is over
