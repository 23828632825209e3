import { page } from "../lib/page.js";
import { TabStorage } from "../lib/tab-storage.js";
import { DeliveryReporter } from "./delivery-reporter.js";
import { MessageSender } from "./message-sender.js";
import { Outbox } from "./outbox.js";
import { ServerLink } from "./server-link.js";

/** What every element of the chat shares: the line to the server, what is written but not sent, what has been received. */
class ChatLink extends ServerLink {
  keep = new TabStorage(page.userId);
  outbox = new Outbox(this.keep, new MessageSender(this.connection));
  delivering = new DeliveryReporter(this);

  constructor() {
    super();
    this.connection.addEventListener("live", () => this.outbox.flush());
    // What the socket does not carry goes by HTTP.
    this.addEventListener("cut", () => this.outbox.flush());
  }
}

let shared = null;

/** The one link of this page. */
export function chatLink() {
  return (shared ??= new ChatLink());
}
