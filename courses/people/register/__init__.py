"""Personal data of people: accounts, where they belong, classes, letters (GDPR, article 30)."""

from courses.digest.register import Register
from courses.people.register.categories import CATEGORIES
from courses.people.register.holdings import HOLDINGS

REGISTER = Register(
    CATEGORIES,
    HOLDINGS,
    unrelated=("courses.Subject", "courses.Organisation", "courses.SchoolClass", "courses.Counter"),
)
