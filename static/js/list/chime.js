import { page } from "../lib/page.js";
import { playSound, soundChoice } from "../lib/sound.js";

const QUIET = 2_000;
// The page that its reader looks at decides first.
const BEHIND = 250;

/**
 * A soft sound for a message that its reader does not see arrive: in another conversation, or while no page of ours has
 * the focus. One for all tabs of the browser, and for what comes within two seconds.
 */
export class Chime {
  #link;
  #root;

  /** `root` is the document. */
  constructor(link, root) {
    this.#link = link;
    this.#root = root;
  }

  listen() {
    this.#link.addEventListener("message.created", ({ detail }) => this.#received(detail));
  }

  // Callbacks

  #received({ chat_id: chatId, message }) {
    if (message.sender_id === page.userId || !soundChoice.isOn) return;
    if (!this.#isWatched) setTimeout(() => once(playSound), BEHIND);
    else if (this.#shows(chatId)) once(() => true);
    else once(playSound);
  }

  // Internal

  get #isWatched() {
    return this.#root.visibilityState === "visible" && this.#root.hasFocus();
  }

  #shows(chatId) {
    const thread = this.#root.querySelector("chat-thread");
    return thread?.dataset.chatId === String(chatId) && thread.checkVisibility();
  }
}

/** Do it unless a tab has done it just now. Where it succeeds the others are quiet for a while. */
async function once(act) {
  // Only with https.
  if (!navigator.locks) return void act();
  await navigator.locks.request("chime", { ifAvailable: true }, async (lock) => {
    if (lock && (await act())) await new Promise((resolve) => setTimeout(resolve, QUIET));
  });
}
