/** What this tab keeps across a reload: sessionStorage, per person. Never localStorage: the text is medical. */
const PREFIX = "chat";

export class TabStorage {
  #space;
  #memory = new Map();

  constructor(userId) {
    this.#space = `${PREFIX}:${userId}:`;
    forget((key) => key.startsWith(`${PREFIX}:`) && !key.startsWith(this.#space));
  }

  get(name) {
    if (this.#memory.has(name)) return this.#memory.get(name);
    try {
      return JSON.parse(sessionStorage.getItem(this.#space + name));
    } catch {
      return null;
    }
  }

  /** Memory holds what storage refuses (full, or switched off); an older text must then not come back from storage. */
  set(name, value) {
    this.#memory.set(name, value);
    try {
      sessionStorage.setItem(this.#space + name, JSON.stringify(value));
    } catch {
      forget((key) => key === this.#space + name);
    }
  }

  delete(name) {
    this.#memory.delete(name);
    forget((key) => key === this.#space + name);
  }
}

export function forgetEverything() {
  forget((key) => key.startsWith(`${PREFIX}:`));
}

function forget(matches) {
  try {
    Object.keys(sessionStorage).filter(matches).forEach((key) => sessionStorage.removeItem(key));
  } catch {
    // Storage is switched off: nothing was kept.
  }
}
