import { checkAvailable } from "../lib/api.js";
import { highlightRow } from "../lib/highlight-row.js";
import { t } from "../lib/words.js";

const PHOTOS = ".messages .photos a, [data-gallery] a[data-photo-link]";
const SWIPE = 60;
const ZOOMS = [1, 2, 3.5];

/** The photos of a thread or a gallery, large, in one `<dialog>` that any photo link opens. */
export class PhotoLightbox extends HTMLElement {
  #dialog;
  #image;
  #links = [];
  #at = 0;
  #zoom = 0;
  #touch = null;
  #opener = null;
  #changes = new MutationObserver(() => this.#follow());
  #listening = null;

  // Lifecycle

  connectedCallback() {
    this.#dialog = this.querySelector("dialog");
    this.#image = this.#dialog.querySelector("[data-photo]");
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    document.addEventListener("click", (event) => this.#openFrom(event), { signal });
    this.#dialog.addEventListener("click", (event) => this.#act(event), { signal });
    this.#dialog.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#dialog.addEventListener("close", () => this.#closed(), { signal });
    this.#dialog.addEventListener("pointerdown", (event) => this.#grab(event), { signal });
    this.#dialog.addEventListener("pointerup", (event) => this.#release(event), { signal });
    this.#image.addEventListener("error", () => this.#failed(), { signal });
    this.#image.addEventListener("dblclick", () => this.#zoomTo(this.#zoom ? 0 : 1), { signal });
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#changes.disconnect();
    this.#dialog.close();
  }

  // Actions

  #openFrom(event) {
    const link = event.target.closest?.(PHOTOS);
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#opener = link;
    this.#links = photos();
    this.#changes.observe(link.closest(".messages, [data-gallery]"), { childList: true });
    this.#dialog.showModal();
    this.#show(this.#links.indexOf(link));
  }

  #act({ target }) {
    if (target === this.#dialog) return this.#dialog.close();
    const action = target.closest("[data-action]")?.dataset.action;
    if (action === "close") this.#dialog.close();
    if (action === "previous") this.#step(-1);
    if (action === "next") this.#step(1);
    if (action === "zoom") this.#zoomTo((this.#zoom + 1) % ZOOMS.length);
  }

  #key({ key }) {
    const forward = getComputedStyle(this).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const back = forward === "ArrowLeft" ? "ArrowRight" : "ArrowLeft";
    if (key === forward) this.#step(1);
    if (key === back) this.#step(-1);
    if (key === "+") this.#zoomTo(Math.min(this.#zoom + 1, ZOOMS.length - 1));
    if (key === "-") this.#zoomTo(Math.max(this.#zoom - 1, 0));
  }

  // Callbacks

  #grab({ clientX, clientY, isPrimary }) {
    this.#touch = isPrimary && !this.#zoom ? { clientX, clientY } : null;
  }

  #release({ clientX, clientY }) {
    if (!this.#touch) return;
    const across = clientX - this.#touch.clientX;
    const down = clientY - this.#touch.clientY;
    const forward = getComputedStyle(this).direction === "rtl" ? across : -across;
    this.#touch = null;
    if (Math.abs(across) > SWIPE && Math.abs(across) > Math.abs(down)) this.#step(Math.sign(forward));
    else if (down > SWIPE * 2) this.#dialog.close();
  }

  #closed() {
    this.#changes.disconnect();
    this.#image.removeAttribute("src");
    (photos().find((link) => link.href === this.#opener.href) ?? this.#links[this.#at]).focus();
  }

  /** Rows may be replaced meanwhile. A withdrawn photo is closed, and the focus goes to its row, which shows why. */
  #follow() {
    const shown = this.#links[this.#at];
    const links = photos();
    const at = links.findIndex((link) => link.href === shown.href);
    if (at >= 0) {
      this.#links = links;
      return this.#count(at);
    }
    const { messageId } = shown.closest(".message").dataset;
    const withdrawn = document.querySelector(`.message[data-message-id="${messageId}"][data-retracted]`);
    if (!withdrawn) return;
    this.#dialog.addEventListener("close", () => highlightRow(withdrawn), { once: true });
    this.#dialog.close();
  }

  /** A gallery gets no events about withdrawn photos, and a broken picture gives no reason. */
  async #failed() {
    const { href } = this.#links[this.#at];
    this.#showWords(t("photo_not_shown"));
    const isWithdrawn = await checkAvailable(href).then(() => false, ({ status }) => status === 410);
    if (isWithdrawn && href === this.#links[this.#at].href) this.#showWords(t("photo_withdrawn"));
  }

  // Internal

  #step(by) {
    const next = this.#at + by;
    if (next >= 0 && next < this.#links.length) this.#show(next);
  }

  #show(index) {
    const link = this.#links[index];
    const thumbnail = link.querySelector("img");
    this.#showWords("");
    this.#image.src = link.href;
    this.#image.alt = thumbnail.alt;
    this.#zoomTo(0);
    this.#count(index);
    const download = this.#part("[data-download]");
    download.href = link.href;
    download.download = link.dataset.fileName ?? "";
  }

  #count(index) {
    this.#at = index;
    this.#part("[data-count]").textContent = t("photo_of", { at: index + 1, count: this.#links.length });
    this.#part("[data-action=previous]").disabled = index === 0;
    this.#part("[data-action=next]").disabled = index === this.#links.length - 1;
  }

  /** Show words instead of the photo; without words, the photo. */
  #showWords(words) {
    this.#image.hidden = words !== "";
    this.#part("[data-status]").textContent = words;
  }

  #zoomTo(level) {
    this.#zoom = level;
    this.#image.style.setProperty("--zoom", ZOOMS[level]);
    this.#image.dataset.zoomed = level > 0;
  }

  #part(selector) {
    return this.#dialog.querySelector(selector);
  }
}

function photos() {
  return [...document.querySelectorAll(PHOTOS)];
}
