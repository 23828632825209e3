import { page } from "../lib/page.js";
import { TabStorage } from "../lib/tab-storage.js";
import { DeliveryReporter } from "./delivery-reporter.js";
import { MessageSender } from "./message-sender.js";
import { Outbox } from "./outbox.js";
import { ServerLink } from "./server-link.js";

/** The link that all elements of the chat share, with the outbox and the delivery reports. */
class ChatLink extends ServerLink {
  storage = new TabStorage(page.userId);
  outbox = new Outbox(this.storage, new MessageSender(this.connection));
  deliveryReporter = new DeliveryReporter(this);

  constructor() {
    super();
    this.deliveryReporter.listen();
    this.connection.addEventListener("live", () => this.outbox.flush());
    // Without the socket, messages are sent by HTTP.
    this.addEventListener("cut", () => this.outbox.flush());
  }
}

let shared = null;

/** The one link of this page. */
export function chatLink() {
  return (shared ??= new ChatLink());
}
