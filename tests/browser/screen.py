"""What a person sees and does on the chat page, as locators and actions."""

import time
from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.browser.canonical import CANONICAL

# A colour that is half-way to another has a contrast of its own. What never ends, as dots that breathe, may go on.
AT_REST = """async () => {
  const ends = ({ effect, playState }) =>
    playState === "running" && Number.isFinite(effect.getComputedTiming().endTime);
  for (;;) {
    await new Promise(requestAnimationFrame);
    const running = document.getAnimations().filter(ends);
    if (!running.length) return;
    await Promise.allSettled(running.map((animation) => animation.finished));
  }
}"""
# Rows that come into view from afar are laid out a frame later, and take only then the height that they have.
LAID_OUT = """async scroller => {
  const isInView = (row) => {
    const [{ top, bottom }, frame] = [row.getBoundingClientRect(), scroller.getBoundingClientRect()];
    return bottom > frame.top && top < frame.bottom;
  };
  const isLaidOut = (row) => row.firstElementChild.checkVisibility({ contentVisibilityAuto: true });
  do {
    for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame);
  } while (![...scroller.querySelectorAll(".message")].filter(isInView).every(isLaidOut));
}"""


def wait_until(page: Page, condition: Callable[[], object], *, found: object = "nothing"):
    """Wait for what is not on the page: a request that the test holds back, or what a promise of the page resolves to,
    by `page.evaluate`. `wait_for_function` waits for no promise. A failure says what was `found` last."""
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline, f"It does not come: {found} instead."
        page.wait_for_timeout(20)


def is_accessible(page: Page, *, colours: bool = True) -> None:
    """Check with axe, whose own styles need a page with `bypass_csp`, once nothing moves and no colour changes."""
    page.evaluate(AT_REST)
    # Without `preload` it fetches none of our style sheets a second time.
    options = {"resultTypes": ["violations"], "preload": False, "rules": {"color-contrast": {"enabled": colours}}}
    found = Axe().run(page, options=options)
    assert found.violations_count == 0, found.generate_report()


class Screen:
    def __init__(self, page: Page):
        self.page = page
        self.text = page.locator("textarea[name=message_text]")
        self.messages = page.locator("ol.messages > .message")
        self.stored = page.locator("ol.messages > .message[data-message-id][data-seq]")
        self.scroller = page.locator(".thread__scroll")
        self.uploads = page.locator(".upload")
        self.ready = page.locator(".upload[data-state=ready]")
        self.banner = page.locator("chat-thread connection-banner")
        self.list_banner = page.locator("chat-list connection-banner")
        self.jump = page.locator("[data-action=to-end]")
        self.typing = page.locator("[data-typing]")
        self.badge = page.locator("[data-unread-badge]")

    def send(self, text: str):
        self.text.fill(text)
        self.text.press("Enter")

    def act(self):
        """Do something in the thread: what is on screen then counts as read."""
        self.page.locator("#thread-title").click()

    def message(self, text: str) -> Locator:
        """The message with this text, not one that quotes it."""
        exact = self.page.get_by_text(text, exact=True).and_(self.page.locator(":not(.quote__text)"))
        return self.messages.filter(has=exact)

    def settles(self):
        """Wait until the rows in view have their size, and what was scrolled or resized its effect."""
        self.scroller.evaluate(LAID_OUT)

    def scroll_to(self, row: Locator, block: str = "start"):
        row.evaluate("(row, block) => row.scrollIntoView({ block })", block)
        self.settles()

    def receipt(self, text: str) -> Locator:
        """The line below this message; for up to a second there may be one that says less below a later message."""
        return self.message(text).locator("xpath=following-sibling::*[1][@class='receipt-line']")

    def sees(self, text: str):
        expect(self.message(text)).to_have_count(1)
        expect(self.message(text)).to_be_visible()

    def sees_sent(self, text: str):
        """The server's row is shown, not only the pending message."""
        expect(self.message(text).and_(self.stored)).to_have_count(1)

    def choose(self, *files):
        self.page.locator("#composer-files").set_input_files(list(files))

    def texts(self) -> list[str]:
        # Rows off screen are not laid out, so they have no inner text.
        return self.messages.locator("[data-text]").all_text_contents()

    def rows(self, parts: str = "ol.messages > li:not(.fresh)") -> list[str]:
        """The rows of the thread, or other parts, without attributes that only describe how they arrived."""
        clean = f"""parts => parts.map({CANONICAL})
          .map((part) => part.replaceAll(/ (tabindex|data-arrived)="[^"]*"/g, ""))"""
        return self.page.locator(parts).evaluate_all(clean)

    def is_live(self):
        expect(self.banner).to_have_attribute("data-state", "live")

    def new_count(self) -> int:
        """The number of new messages on the jump button."""
        return int(self.jump.inner_text().split()[0])

    def pause_catch_up(self):
        """Reload the page, and let its catch-up requests wait until `resume_catch_up`."""
        self.requests = []
        self.page.route("**/rows?since=*", lambda route: self.requests.append(route))
        self.page.reload()
        self.is_live()

    def resume_catch_up(self):
        for request in self.requests:
            request.continue_()
        self.page.unroute("**/rows?since=*")

    def row_of(self, chat_id: int) -> Locator:
        return self.page.locator(f"#conversation-{chat_id}")
