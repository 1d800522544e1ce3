"""What axe finds wrong on a page of the live server."""

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from django.conf import settings

# The live server serves it (`conftest.py`), so the browser keeps its compiled code from page to page.
# Sent by the debugger it is compiled for each page anew, which took a fifth of a look's CPU.
ADDRESS, SCRIPT = f"{settings.STATIC_URL}tests/axe.min.js", AXE_SCRIPT
# All rules run. What passes isn't described and sent back: that took a third of a look's CPU.
VIOLATIONS_ALONE = {"reporter": "no-passes"}
RUN = """async ([address, context, options]) => {
  if (!window.axe) {
    const script = document.createElement("script");
    script.src = address;
    await new Promise((resolve, reject) => {
      script.onload = resolve;
      script.onerror = () => reject(new Error(`no axe at ${address}`));
      document.head.append(script);
    });
    script.remove();
  }
  return axe.run(context ?? document, options);
}"""


def violations(page, context: dict | None = None) -> str:
    """A report of what breaks axe's rules on the page as it stands, or on the part `context` of it.

    Empty if nothing does.
    """
    found = AxeResults(page.evaluate(RUN, [ADDRESS, context, VIOLATIONS_ALONE]))
    return found.generate_report() if found.violations_count else ""
