"""The scenario of the pages: how soon a person sees, uses and leaves a conversation, in Chromium."""

import json
import os
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.measures import Floors
from bench.stack import Stack, free_port, stack
from bench.table import Table
from bench.visit import FAST_3G, KIB, SLOW_3G, Line, Visit, Visitor

TURNS = 5
PHONE = 4  # how many times slower its processor is
EMPTY = "/.well-known/security.txt"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def pages(running: Stack, floors: Floors, table: Table) -> None:
    """First and repeat visits, sending, and changing the conversation; each the median of five turns."""
    with _served() as (url, readers), _chromium() as browser:
        bench = _Pages(browser, url, readers, table)
        bench.visits()
        bench.sends()
        bench.changes()


@contextmanager
def _served() -> Iterator[tuple[str, dict[str, Any]]]:
    """The product behind nginx, with TLS and HTTP/2, and the readers of its conversations."""
    url = f"https://127.0.0.1:{free_port()}"
    with stack(PUBLIC_URL=url, SECURITY_CONTACT="mailto:security@example.org") as served:
        readers = json.loads(served.manage("-m", "bench.readers"))
        served.proxy([served.role("web")], [served.role("live")])
        yield url, readers


@contextmanager
def _chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS
        )
        yield browser
        browser.close()


class _Pages:
    def __init__(self, browser: Browser, url: str, readers: dict[str, Any], table: Table):
        self._browser, self._url, self._readers, self._table = browser, url, readers, table

    def visits(self) -> None:
        """A patient on a phone: the first visit of a conversation, and the next."""
        for line, paint, live in ((SLOW_3G, 2.0, 4.0), (FAST_3G, 1.2, 2.2)):
            empty, first, again = zip(*(self._visits(line) for _ in range(TURNS)), strict=True)
            floor = _median(empty, "paint")
            name = f"{line.name}, {PHONE}× slower CPU"
            self._seconds(f"first visit, {name}: first paint", _median(first, "paint"), floor, most=paint)
            self._seconds("… live", _median(first, "live"), floor, most=live)
            if line is not SLOW_3G:
                continue
            self._seconds("… the next visit: live", _median(again, "live"), floor, most=1.2)
            shift = _median(again, "shift")
            self._table.add("… its layout shift", f"{shift:.3f}", target="≤ 0.02", met=shift <= 0.02)
            self._size(first, empty)

    def _visits(self, line: Line) -> tuple[Visit, Visit, Visit]:
        with self._patient(0) as visitor:
            visitor.slow_down(processor=PHONE, line=line)
            empty = visitor.visit(EMPTY, live=False)
            return empty, visitor.visit(self._thread(0)), visitor.visit(self._thread(0))

    def _size(self, first: tuple[Visit, ...], empty: tuple[Visit, ...]) -> None:
        requests, size = _median(first, "requests"), _median(first, "bytes")
        self._table.add(
            "… its requests and bytes",
            f"{requests:.0f}; {size / KIB:.0f} KiB",
            ratio=f"an empty page: {_median(empty, 'bytes') / KIB:.1f} KiB",
            target="≤ 30; ≤ 110 KiB",
            met=requests <= 30 and size <= 110 * KIB,
        )

    def sends(self) -> None:
        """From Enter to the bubble, in a conversation just opened and after reading far back."""
        floor = self._floor(processor=PHONE)
        for chat, rows, most in ((0, 50, 0.1), (1, 600, 0.15)):
            with self._patient(chat, width=1280) as visitor:
                visitor.visit(self._thread(chat))
                visitor.page.evaluate(_READ_BACK, rows)
                visitor.slow_down(processor=PHONE)
                seconds = [_send(visitor, f"Bien noté, merci. ({turn})") for turn in range(TURNS)]
            name = f"Enter → bubble, after reading {rows} messages, {PHONE}× slower CPU"
            self._seconds(name, statistics.median(seconds), floor, most=most)

    def changes(self) -> None:
        """A doctor on a wide screen changes the conversation; the server is near."""
        floor = self._floor()
        visitor = Visitor(self._browser, self._url, self._readers["doctor"], width=1280, height=800)
        chats = [chat["chat_id"] for chat in self._readers["chats"]]
        visitor.visit(f"/professional/chat/{chats[0]}")
        seconds = [_change(visitor, chats[turn % 2]) for turn in range(1, TURNS + 1)]
        visitor.close()
        self._seconds("changing the conversation, server near", statistics.median(seconds), floor, most=0.15)

    def _floor(self, processor: float = 1) -> float:
        """The first paint of an empty page, whose server is near."""
        with self._patient(0) as visitor:
            visitor.slow_down(processor=processor)
            return statistics.median(visitor.visit(EMPTY, live=False).paint for _ in range(TURNS))

    def _seconds(self, figure: str, seconds: float, floor: float, *, most: float) -> None:
        self._table.add(
            figure,
            f"{seconds:.2f} s",
            ratio=f"{seconds / floor:.1f}× an empty page ({floor:.2f} s)",
            target=f"≤ {most} s",
            met=seconds <= most,
        )

    @contextmanager
    def _patient(self, chat: int, **options: int) -> Iterator[Visitor]:
        visitor = Visitor(self._browser, self._url, self._readers["chats"][chat]["patient"], **options)
        yield visitor
        visitor.close()

    def _thread(self, chat: int) -> str:
        return f"/patient/chat/{self._readers['chats'][chat]['chat_id']}"


def _median(visits: tuple[Visit, ...], figure: str) -> float:
    return statistics.median(getattr(visit, figure) for visit in visits)


# Scroll to what is older until so many rows were read, and back to the end.
_READ_BACK = """
async (count) => {
  const scroller = document.querySelector(".thread__scroll");
  const oldest = () => Number(document.querySelector("li.message[data-message-id]").dataset.messageId);
  const newest = oldest() + document.querySelectorAll("li.message[data-message-id]").length;
  const pause = (ms) => new Promise((done) => setTimeout(done, ms));
  for (let turn = 0; turn < 100 && newest - oldest() < count; turn++) {
    scroller.scrollTop = -scroller.scrollHeight;
    await pause(100);
  }
  scroller.scrollTop = 0;
  await pause(500);
  const jump = document.querySelector("[data-action=to-end]:not([hidden])");
  if (jump) jump.click();
  await pause(1000);
  return [newest - oldest(), document.querySelectorAll("li.message").length];
}
"""

_SENT = """
(text) => {
  bench.sent = new Promise((done) => {
    let pressed;
    addEventListener("keydown", ({ timeStamp }) => (pressed = timeStamp), { capture: true, once: true });
    new MutationObserver(async (_, observer) => {
      const rows = document.querySelectorAll("ol.messages > li.message");
      if (!rows[rows.length - 1].textContent.includes(text)) return;
      observer.disconnect();
      done((await bench.drawn()) - pressed);
    }).observe(document.querySelector("ol.messages"), { childList: true });
  });
}
"""


def _send(visitor: Visitor, text: str) -> float:
    """Type a text and press Enter; the seconds until its row is drawn."""
    page = visitor.page
    page.locator("chat-composer textarea").fill(text)
    page.wait_for_timeout(300)
    page.evaluate(_SENT, text)
    page.keyboard.press("Enter")
    return page.evaluate("bench.sent") / 1000


def _change(visitor: Visitor, chat_id: int) -> float:
    """Click on another conversation; the seconds until its rows are drawn, in this document or in another one."""
    page = visitor.page
    page.wait_for_timeout(500)
    page.evaluate("(chat) => bench.change(chat)", chat_id)
    page.locator(f"#conversation-{chat_id} a.conversation").click()
    page.wait_for_function("() => bench.changed !== null")
    return page.evaluate("bench.changed") / 1000
