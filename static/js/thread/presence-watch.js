/** Whether the other person of a thread is online, as far as they let it be known: asked for again after every new connection. */
export class PresenceWatch {
  #chatId;
  #connection;
  #sign;

  /** `sign` is the element that says so. */
  constructor({ chatId, connection, sign }) {
    this.#chatId = chatId;
    this.#connection = connection;
    this.#sign = sign;
  }

  start(signal) {
    this.#connection.addEventListener("live", () => this.#tell(true), { signal });
    this.#connection.addEventListener("lost", () => this.heard({ online: false }), { signal });
    this.#tell(true);
  }

  /** It was refused, perhaps. */
  repeat() {
    this.#tell(true);
  }

  stop() {
    this.#tell(false);
  }

  heard({ online }) {
    this.#sign.hidden = !online;
  }

  #tell(watching) {
    this.#connection.send({ type: "watch", chat_id: this.#chatId, watching });
  }
}
