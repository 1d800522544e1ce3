"""French dates as a teacher writes them: mercredi 25 novembre 2026, 14 h 30 (no-break spaces around
the h).
"""

DATE_FORMAT = "l j F Y"
MONTH_DAY_FORMAT = "l j F"
SHORT_DATE_FORMAT = "d/m/Y"
TIME_FORMAT = "G\xa0\\h\xa0i"
DATETIME_FORMAT = "l j F Y, G\xa0\\h\xa0i"
SHORT_DATETIME_FORMAT = "d/m/Y, G\xa0\\h\xa0i"
YEAR_MONTH_FORMAT = "F Y"
FIRST_DAY_OF_WEEK = 1
DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\u202f"
NUMBER_GROUPING = 3
