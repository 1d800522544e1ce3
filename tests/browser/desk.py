"""A browser at a desk, for stories of drafts."""

from tests.browser.reader import Reader
from tests.factories.continuity import MONDAY

TYPING = 60  # milliseconds between two keys
SEND_UNSEEN = """() => {
  const form = document.querySelector("form[data-draft]");
  form.addEventListener("submit", (event) => event.preventDefault(), { once: true });
  form.requestSubmit();
  return fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
}"""
SETTLED = {"wait_until": "networkidle"}  # the module of drafts is loaded after the page


class Desk(Reader):
    """A browser whose questions are remembered and answered with yes."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.asked = []
        self.page.on("dialog", self.answer)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def answer(self, dialog):
        self.asked.append(dialog.message or dialog.type)
        dialog.accept()

    def log_in_as(self, person):
        self.person = person
        self.context.clear_cookies()
        return self.log_in_by_cookie()

    def write_in_editor(self, words: str, number: int = 0) -> None:
        editor = self.page.locator("trix-editor").nth(number)
        editor.wait_for()
        editor.click()
        self.page.keyboard.type(words, delay=TYPING)

    def leave(self) -> None:
        """One stray click on the brand."""
        self.page.wait_for_timeout(600)
        here = self.page.url
        self.page.locator(".brand").click()
        self.page.wait_for_url(lambda url: url != here)
        self.page.wait_for_load_state("networkidle")

    def notice(self) -> str:
        return self.page.inner_text("[data-draft-notice]")


def new_lesson(desk, part, **more) -> None:
    desk.page.goto(
        f"{desk.server}{desk.address('continuity:new_lesson', part.public_id)}?day={MONDAY}",
        **SETTLED | more,
    )
