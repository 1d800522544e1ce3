"""Who keeps a school's students, at the page of its directory's sets."""

from courses.roster.forms import ARCHIVE
from tests.browser.reader import Reader
from tests.factories.worker import run_worker


class Office(Reader):
    def chooses(self, school, data: bytes):
        self.visit("roster:school", school.public_id)
        file = {"name": "set.zip", "mimeType": "application/zip", "buffer": data}
        self.page.set_input_files(f"input[name={ARCHIVE}]", file)
        return self.press("main form button")

    def says(self, selector: str):
        """A yes, then what the page says when the worker is done."""
        self.press(selector)
        self.reads("Refresh")
        run_worker()
        return self.press("a.button[href*='/roster/']")
