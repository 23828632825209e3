import { page } from "../lib/page.js";
import { TabStorage } from "../lib/tab-storage.js";
import { DeliveryReporter } from "./delivery-reporter.js";
import { MessageSender } from "./message-sender.js";
import { Outbox } from "./outbox.js";
import { ServerLink } from "./server-link.js";

/**
 * The link that all scripts of a page share, with the outbox and the delivery reports: what waits in this tab is sent
 * by whatever page of ours is open.
 */
class ChatLink extends ServerLink {
  storage = new TabStorage(page.userId);
  outbox = new Outbox(this.storage, new MessageSender(this.connection));
  deliveryReporter = new DeliveryReporter(this);

  constructor() {
    super();
    this.deliveryReporter.listen();
    this.connection.addEventListener("live", ({ detail }) => this.#opened(detail));
    // Without the socket, messages are sent by HTTP.
    this.addEventListener("cut", () => this.outbox.flush());
    // The browser shows this page as it was left: what another one has discarded must not be sent from here.
    addEventListener("pageshow", ({ persisted }) => persisted && this.outbox.isOvertaken && location.reload());
  }

  /** Of a server that was restored, the rows shown are not its own. What was typed and what waits stay in this tab. */
  #opened({ epoch }) {
    if (epoch && page.epoch && epoch !== page.epoch) location.reload();
    else this.outbox.flush();
  }
}

let shared = null;

/** The one link of this page. */
export function chatLink() {
  return (shared ??= new ChatLink());
}
