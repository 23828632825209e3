import { getHtml } from "../lib/api.js";
import { serverRows } from "../lib/html.js";
import { page } from "../lib/page.js";

/** Rows of one conversation from the server, rendered by the same partial as those of the page. */
export class ThreadSource {
  #chatId;

  constructor(chatId) {
    this.#chatId = chatId;
  }

  /** Also of messages that are not shown: they may be pinned or quoted. A server that was restored answers `reset`. */
  since(seq) {
    return this.#fetch(`since=${seq}&epoch=${page.epoch}`);
  }

  newest() {
    return this.#fetch("");
  }

  before(messageId) {
    return this.#fetch(`before=${messageId}`);
  }

  after(messageId) {
    return this.#fetch(`after=${messageId}`);
  }

  /** The reader's draft, as the server has it now. */
  async draft() {
    return (await this.#fetch("limit=1")).draft;
  }

  /** {rows, more, next, reset, reads, reply, draft, firstUnread: an id or 0}; `reply` is as in the API */
  async #fetch(query) {
    const html = await getHtml(`/chat/${this.#chatId}/rows?${query}`);
    const wrapper = serverRows(html).querySelector("[data-rows]");
    const { hasMore, nextSince, reset, reads, canReply, replyBlockedReason, draft, firstUnread } = wrapper.dataset;
    return {
      rows: [...wrapper.children],
      more: hasMore === "true",
      next: Number(nextSince),
      reset: reset === "true",
      reads: JSON.parse(reads),
      reply: { can_reply: canReply === "true", reply_blocked_reason: replyBlockedReason },
      draft: JSON.parse(draft),
      firstUnread: Number(firstUnread),
    };
  }
}
