import { chatLink } from "../connection/chat-link.js";
import { takeOpening } from "../lib/opening.js";
import { page } from "../lib/page.js";
import { idOf } from "../message/row.js";
import { Acts } from "./acts.js";
import { LookingReporter } from "./looking-reporter.js";
import { ReadReporter } from "./read-reporter.js";
import { ReadTracker } from "./read-tracker.js";

/** How far both sides of one conversation have received and read it: reports to the server, and what it sends back. */
export class ReadState {
  #thread;
  #isOpened;
  #chatId;
  #list;
  #sync;
  #reporter;
  #acts;
  #tracker;
  #looking;

  /** `sync` is the ThreadSync: while a message may be missing, nothing is reported that would cover it. */
  constructor(thread, { chatId, list, sync }) {
    const reads = JSON.parse(thread.dataset.reads);
    const marked = thread.dataset.markedUnread === "true";
    // A thread that is only shown beside the list has not been opened.
    this.#isOpened = thread.closest("chat-app").dataset.view !== "list";
    this.#thread = thread;
    this.#chatId = chatId;
    this.#list = list;
    this.#sync = sync;
    this.#list.updateReceipts(reads[page.otherRole]);
    chatLink().deliveryReporter.confirm(chatId, reads[page.role].delivered_up_to);
    const readUpTo = reads[page.role].up_to ?? 0;
    const paused = marked && !this.#isOpened;
    this.#reporter = new ReadReporter(chatLink().connection, chatId, readUpTo, { marked, paused });
    this.#acts = new Acts({ openedAt: takeOpening(chatId), onAct: () => this.#acted() });
    this.#tracker = new ReadTracker({
      list,
      reporter: this.#reporter,
      acts: this.#acts,
      jump: thread.querySelector("[data-action=to-end]"),
      otherRole: page.otherRole,
      firstUnread: Number(thread.dataset.firstUnread),
      sync,
    });
    this.#looking = new LookingReporter(thread, { chatId, connection: chatLink().connection, acts: this.#acts });
  }

  start(scroller, signal) {
    this.#tracker.start(scroller, signal);
    this.#acts.listen(this.#thread, { isOpened: this.#isOpened }, signal);
    this.#looking.start(signal);
    this.#reportReceived();
  }

  // Actions

  /** The reader replied in the conversation. */
  reopen() {
    this.#reporter.resume({ marked: this.#reporter.paused });
    this.#tracker.updateSoon();
  }

  /** The reader came back to the page, which the browser had kept: that it was acted in before says nothing now. */
  restored() {
    this.#acts.forget();
    this.reopen();
  }

  /** A report may have been lost with the connection, or refused. */
  repeat() {
    this.#reporter.repeat();
  }

  // Callbacks

  /** The first act after a pause. */
  #acted() {
    this.#tracker.acted();
    this.#looking.update();
  }

  /** The watermarks of both sides, or of one. */
  update(reads) {
    if (reads[page.otherRole]) this.#list.updateReceipts(reads[page.otherRole]);
    chatLink().deliveryReporter.confirm(this.#chatId, reads[page.role]?.delivered_up_to);
    this.#reporter.confirm(reads[page.role]?.up_to ?? 0);
    this.#tracker.updateSoon();
  }

  readBy({ reader_role: role, ...marks }) {
    this.update({ [role]: marks });
    if (role === page.role) this.#reporter.resume();
    this.#list.change(() => {});
  }

  deliveredTo({ recipient_role: role, up_to: upTo }) {
    if (role === page.otherRole) this.#list.updateReceipts({ delivered_up_to: upTo });
    this.#list.change(() => {});
  }

  marked({ marked_unread: marked }) {
    if (marked) this.#reporter.pause();
    else this.#reporter.resume();
  }

  /** Rows are new on screen, or none is missing any more. */
  arrived() {
    this.#tracker.updateSoon();
    this.#reportReceived();
  }

  /** `count` messages arrived that are not shown because of a gap after the rows. */
  missed(count) {
    this.#tracker.missed(count);
  }

  /** The rows reach the newest message now; `firstUnread` only when they were replaced. */
  reachedEnd(firstUnread) {
    this.#list.change(() => {});
    this.#tracker.reachedEnd(firstUnread);
    this.#reportReceived();
  }

  // Internal

  /** What is on this page has been received, whether anybody looks at it or not. */
  #reportReceived() {
    if (this.#sync.behind) return;
    const newest = this.#list.rows.stored.findLast((row) => row.dataset.senderRole === page.otherRole);
    if (newest) chatLink().deliveryReporter.received(this.#chatId, idOf(newest));
  }
}
