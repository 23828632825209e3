/**
 * The height above the keyboard of a phone, as `--visible-height`: where a keyboard covers the page (iOS) and does not
 * resize it, `100dvh` includes what it covers. Not while the reader zooms: then the page keeps its size.
 */
export function followVisibleHeight(signal) {
  const { visualViewport: seen } = window;
  if (!seen) return;
  const update = () => {
    const isCovered = seen.scale === 1 && seen.height < innerHeight - 1;
    const { style } = document.documentElement;
    if (!isCovered) return style.removeProperty("--visible-height");
    style.setProperty("--visible-height", `${seen.height}px`);
    // iOS has scrolled the field into view: now it is in view where the page begins.
    scrollTo(0, 0);
  };
  seen.addEventListener("resize", update, { signal });
  update();
}
