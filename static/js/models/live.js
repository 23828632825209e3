import { Keep } from "../lib/keep.js";
import { page } from "../lib/page.js";
import { Courier } from "./courier.js";
import { Delivering } from "./delivering.js";
import { Drafts } from "./drafts.js";
import { Line } from "./line.js";
import { Outbox } from "./outbox.js";

/** What every element of the chat shares: the line to the server, what is written but not sent, what has been received. */
class Live extends Line {
  keep = new Keep(page.userId);
  drafts = new Drafts(this.keep);
  outbox = new Outbox(this.keep, new Courier(this.connection));
  delivering = new Delivering(this);

  constructor() {
    super();
    this.connection.addEventListener("live", () => this.outbox.flush());
    // What the socket does not carry goes by HTTP.
    this.addEventListener("cut", () => this.outbox.flush());
  }
}

let shared = null;

/** The one Live of this page. */
export function live() {
  return (shared ??= new Live());
}
