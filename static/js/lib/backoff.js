/**
 * Waits that double up to a cap, each drawn at random below it ("full jitter"), so that clients do not come back all at
 * the same moment.
 */
export class Backoff {
  #base;
  #cap;
  #least;
  #attempts = 0;

  constructor({ base = 1_000, cap = 30_000, least = 250 } = {}) {
    this.#base = base;
    this.#cap = cap;
    this.#least = least;
  }

  /** The next wait in milliseconds. */
  next() {
    const ceiling = Math.min(this.#cap, this.#base * 2 ** this.#attempts);
    this.#attempts = Math.min(this.#attempts + 1, 16);
    return jitter(this.#least, ceiling);
  }

  reset() {
    this.#attempts = 0;
  }
}

export function jitter(least, most) {
  return least + Math.random() * Math.max(0, most - least);
}
