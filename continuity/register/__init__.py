"""Personal data that continuity holds (GDPR, article 30), one module a noun.

HOLDINGS are in the order in which rows are erased: what protects another row comes first. That
order runs over the modules, too.
"""

from continuity.register import equipment, families, handins, rolls, students, teachers
from courses.digest.register import Register

REGISTER = Register(
    (
        *handins.CATEGORIES,
        *families.CATEGORIES,
        *students.CATEGORIES,
        *equipment.CATEGORIES,
        *rolls.CATEGORIES,
        *teachers.CATEGORIES,
    ),
    (
        *handins.HOLDINGS,
        *families.HOLDINGS,
        *equipment.HOLDINGS,
        *rolls.HOLDINGS,
        *students.HOLDINGS,
        *teachers.HOLDINGS,
    ),
    unrelated=(
        "continuity.ContinuityPlan",
        "continuity.Assignment",
        "continuity.SchoolSettings",
        "continuity.EquipmentItem",
    ),
)
