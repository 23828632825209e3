"""One visit of a page in Chromium, on the line and with the processor of a phone, and what a person waits for in it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page

KIB = 1024
# Kept in the page, because only it knows when something was drawn.
_WATCH = """
  window.bench = { shift: 0, live: null, changed: null };
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) bench.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  new MutationObserver(() => {
    if (bench.live === null && document.querySelector("connection-banner[data-state=live]"))
      bench.live = performance.now();
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-state"] });
  /** The moment at which what is in the document now is on the screen. */
  bench.drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()))));
  /** From the next click, after which this may be another document, until rows of this conversation are drawn. */
  bench.change = (chat) => {
    bench.changed = null;
    const begin = ({ timeStamp }) => {
      sessionStorage.bench = JSON.stringify({ chat, at: performance.timeOrigin + timeStamp });
      bench.awaitChange();
    };
    addEventListener("click", begin, { capture: true, once: true });
  };
  bench.awaitChange = () => {
    const { chat, at } = JSON.parse(sessionStorage.bench);
    const rows = `chat-thread[data-chat-id="${chat}"] li.message`;
    const observer = new MutationObserver(async () => {
      if (!document.querySelector(rows)) return;
      observer.disconnect();
      delete sessionStorage.bench;
      bench.changed = performance.timeOrigin + (await bench.drawn()) - at;
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true });
  };
  if (location.protocol === "https:" && sessionStorage.bench) bench.awaitChange();
"""


@dataclass(frozen=True)
class Line:
    """How far the server is: milliseconds to the first byte of an answer, and bytes a second each way."""

    name: str
    latency: int
    rate: int


SLOW_3G = Line("Slow 3G", 400, 50 * KIB)
FAST_3G = Line("Fast 3G", 150, 184 * KIB)


@dataclass
class Visit:
    """What a person waits for, in seconds, and what it takes."""

    paint: float
    live: float | None
    shift: float
    requests: int
    bytes: int


class Visitor:
    """One person's browser, signed in, with an empty cache."""

    def __init__(self, browser: Browser, url: str, cookie: list[str], *, width: int = 375, height: int = 740):
        self._context: BrowserContext = browser.new_context(
            base_url=url, ignore_https_errors=True, viewport={"width": width, "height": height}, locale="fr-FR"
        )
        name, value = cookie
        self._context.add_cookies([{"name": name, "value": value, "url": url}])
        self._context.add_init_script(_WATCH)
        self.page: Page = self._context.new_page()
        self._devtools = self._context.new_cdp_session(self.page)
        self._devtools.send("Network.enable")

    def close(self) -> None:
        self._context.close()

    def slow_down(self, *, processor: float = 1, line: Line | None = None) -> None:
        self._devtools.send("Emulation.setCPUThrottlingRate", {"rate": processor})
        if line:
            self._devtools.send(
                "Network.emulateNetworkConditions",
                {
                    "offline": False,
                    "latency": line.latency,
                    "downloadThroughput": line.rate,
                    "uploadThroughput": line.rate,
                },
            )

    def visit(self, address: str, *, live: bool = True) -> Visit:
        """Open the page and wait until it is live, and until nothing more is fetched."""
        with self._counted() as counted:
            self.page.goto(address)
            if live:
                self.page.wait_for_function("() => bench.live !== null", timeout=60_000)
            self.page.wait_for_load_state("networkidle")
        paint, live_at, shift = self.page.evaluate(
            "[performance.getEntriesByName('first-contentful-paint')[0].startTime, bench.live, bench.shift]"
        )
        return Visit(paint / 1000, live_at and live_at / 1000, shift, counted["requests"], counted["bytes"])

    @contextmanager
    def _counted(self) -> Iterator[dict[str, int]]:
        """Requests, and the bytes of their answers on the wire, heads included."""
        counted = {"requests": 0, "bytes": 0}

        def request(_: dict) -> None:
            counted["requests"] += 1

        def finished(event: dict) -> None:
            counted["bytes"] += int(event["encodedDataLength"])

        listeners: dict[str, Callable[[dict], None]] = {
            "Network.requestWillBeSent": request,
            "Network.loadingFinished": finished,
        }
        for name, listener in listeners.items():
            self._devtools.on(name, listener)
        yield counted
        for name, listener in listeners.items():
            self._devtools.remove_listener(name, listener)
