import { getJson } from "../lib/api.js";

/** Closes the notifications that this browser shows about conversations that were read, here or on another device. */
export class ShownNotifications {
  #link;

  constructor(link) {
    this.#link = link;
  }

  listen() {
    this.#link.addEventListener("chat.read", ({ detail }) => this.#read(detail));
    this.#link.addEventListener("catch-up", () => this.#compare());
  }

  // Callbacks

  /** Only the reader's own event has the unread count. */
  async #read({ chat_id: chatId, unread_count: unread }) {
    if (unread === 0) this.#close((id) => id === chatId);
  }

  /** What was read while this page had no connection. */
  async #compare() {
    const ids = (await shown()).map(({ data }) => data.chatId);
    if (!ids.length) return;
    const { unread_among: unread } = await getJson(`/chat/unread?among=${ids.join(",")}`).catch(() => ({}));
    if (unread) this.#close((id) => ids.includes(id) && !unread.includes(id));
  }

  // Internal

  async #close(matches) {
    for (const notification of await shown()) {
      if (matches(notification.data.chatId)) notification.close();
    }
  }
}

async function shown() {
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => null);
  const notifications = (await registration?.getNotifications?.()) ?? [];
  return notifications.filter(({ data }) => data?.chatId);
}
