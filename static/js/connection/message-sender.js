import { ApiError, sendJson, TEMPORARY } from "../lib/api.js";

const ACK_WITHIN = 15_000;
// The socket accepts frames up to 64 KB; a longer text is sent by HTTP.
const FRAME_BYTES = 60_000;

/** Sends one message, by socket where it is open, else by HTTP. The client_id makes a retry safe. */
export class MessageSender {
  #connection;
  #waiting = new Map();

  constructor(connection) {
    this.#connection = connection;
    connection.addEventListener("frame", ({ detail }) => this.#settle(detail));
    connection.addEventListener("lost", () => this.#abandon());
  }

  /** Resolves with the stored message, rejects with an ApiError. */
  send({ client_id, chat_id, message_text, attachment_ids, reply_to }) {
    const message = { client_id, chat_id, message_text, attachment_ids, reply_to };
    if (!this.#connection.live || size(message) > FRAME_BYTES) return overHttp(message);
    return this.#overSocket(message);
  }

  // Internal

  #overSocket(message) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#giveUp(message.client_id), ACK_WITHIN);
      this.#waiting.set(message.client_id, { resolve, reject, timer });
      if (!this.#connection.send({ type: "send", ...message })) this.#abandon();
    });
  }

  #settle({ type, client_id: clientId, message, code }) {
    if (type === "ack") this.#take(clientId)?.resolve(message);
    if (type !== "error") return;
    this.#take(clientId)?.reject(new ApiError({ status: TEMPORARY.has(code) ? 503 : 400, code }));
  }

  #giveUp(clientId) {
    this.#take(clientId)?.reject(new ApiError());
    this.#connection.check();
  }

  #abandon() {
    [...this.#waiting.keys()].forEach((clientId) => this.#take(clientId).reject(new ApiError()));
  }

  #take(clientId) {
    const waiting = this.#waiting.get(clientId);
    clearTimeout(waiting?.timer);
    this.#waiting.delete(clientId);
    return waiting;
  }
}

async function overHttp(message) {
  return (await sendJson("POST", "/api/chat/message", message)).message_data;
}

function size(message) {
  return new TextEncoder().encode(JSON.stringify(message)).length;
}
