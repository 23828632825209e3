/** Whether the other person of a thread is online, where they share it. Watched again after every new connection. */
export class PresenceWatch {
  #chatId;
  #connection;
  #sign;

  /** `sign` is the element that shows it. */
  constructor({ chatId, connection, sign }) {
    this.#chatId = chatId;
    this.#connection = connection;
    this.#sign = sign;
  }

  start(signal) {
    this.#connection.addEventListener("live", () => this.#watch(true), { signal });
    this.#connection.addEventListener("lost", () => this.receive({ online: false }), { signal });
    this.#watch(true);
  }

  /** The last frame may have been refused. */
  repeat() {
    this.#watch(true);
  }

  stop() {
    this.#watch(false);
  }

  receive({ online }) {
    this.#sign.hidden = !online;
  }

  #watch(watching) {
    this.#connection.send({ type: "watch", chat_id: this.#chatId, watching });
  }
}
