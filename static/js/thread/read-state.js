import { chatLink } from "../connection/chat-link.js";
import { page } from "../lib/page.js";
import { idOf } from "../message/row.js";
import { ReadReporter } from "./read-reporter.js";
import { ReadTracker } from "./read-tracker.js";

/** How far both sides of one conversation have received and read: what this reader tells the server, and what it tells back. */
export class ReadState {
  #chatId;
  #list;
  #reading;
  #eyes;

  /** `restart()` shows the newest messages in the place of older ones. */
  constructor(thread, { chatId, list, restart }) {
    const reads = JSON.parse(thread.dataset.reads);
    const marked = thread.dataset.markedUnread === "true";
    // Beside the list nobody has opened it.
    const paused = marked && thread.closest("chat-app").dataset.view === "list";
    this.#chatId = chatId;
    this.#list = list;
    this.#list.know(reads[page.otherRole]);
    chatLink().delivering.confirm(chatId, reads[page.role].delivered_up_to);
    this.#reading = new ReadReporter(chatLink().connection, chatId, reads[page.role].up_to ?? 0, { marked, paused });
    this.#eyes = new ReadTracker({
      list,
      reading: this.#reading,
      jump: thread.querySelector("[data-action=to-end]"),
      otherRole: page.otherRole,
      firstUnread: Number(thread.dataset.firstUnread),
      restart,
    });
  }

  start(scroller, signal) {
    this.#eyes.start(scroller, signal);
    this.#hold();
  }

  // Actions

  /** Come back to, or answered in. */
  reopen() {
    this.#reading.resume({ marked: this.#reading.paused });
    this.#eyes.lookSoon();
  }

  /** What was told before the line fell may not have arrived, or was refused. */
  repeat() {
    this.#reading.repeat();
  }

  // Callbacks

  /** Both sides' watermarks, or one of them. */
  know(reads) {
    if (reads[page.otherRole]) this.#list.know(reads[page.otherRole]);
    chatLink().delivering.confirm(this.#chatId, reads[page.role]?.delivered_up_to);
    this.#reading.confirm(reads[page.role]?.up_to ?? 0);
    this.#eyes.lookSoon();
  }

  readBy({ reader_role: role, ...marks }) {
    this.know({ [role]: marks });
    if (role === page.role) this.#reading.resume();
    this.#list.change(() => {});
  }

  deliveredTo({ recipient_role: role, up_to: upTo }) {
    if (role === page.otherRole) this.#list.know({ delivered_up_to: upTo });
    this.#list.change(() => {});
  }

  marked({ marked_unread: marked }) {
    if (marked) this.#reading.pause();
    else this.#reading.resume();
  }

  arrived() {
    this.#eyes.lookSoon();
    this.#hold();
  }

  /** So many came beyond the gap after the rows. */
  missed(count) {
    this.#eyes.missed(count);
  }

  /** The rows reach the newest message now; `firstUnread` only where they are others. */
  reachedEnd(firstUnread) {
    this.#list.change(() => {});
    this.#eyes.reachedEnd(firstUnread);
    this.#hold();
  }

  // Internal

  /** What is on this page has been delivered, whether anybody looks at it or not. */
  #hold() {
    const newest = this.#list.rows.stored.findLast((row) => row.dataset.senderRole === page.otherRole);
    if (newest) chatLink().delivering.holds(this.#chatId, idOf(newest));
  }
}
