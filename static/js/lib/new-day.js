const EVERY = 60_000;

/**
 * Call `handle()` at each midnight of the clock's zone, or as soon after it as the device or the page is awake. Without
 * a `signal` that ends it, as long as the page is there.
 */
export function onNewDay(clock, handle, signal) {
  let day = clock.day(new Date());
  const look = () => {
    const present = clock.day(new Date());
    if (present === day) return;
    day = present;
    handle();
  };
  const timer = setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look, { signal });
  signal?.addEventListener("abort", () => clearInterval(timer));
}
