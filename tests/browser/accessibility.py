"""What axe finds wrong on a page."""

from axe_playwright_python.sync_playwright import Axe

# All rules run. What passes isn't described and sent back: that took a third of a look's CPU.
VIOLATIONS_ALONE = {"reporter": "no-passes"}


def violations(page, context: dict | None = None) -> str:
    """A report of what breaks axe's rules on the page as it stands, or on the part `context` of it.

    Empty if nothing does.
    """
    found = Axe().run(page, context=context, options=VIOLATIONS_ALONE)
    return found.generate_report() if found.violations_count else ""
