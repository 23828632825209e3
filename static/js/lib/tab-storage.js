/** What this tab keeps across a reload, per person: sessionStorage. Never localStorage: the text is medical. */
const PREFIX = "chat";

export class TabStorage {
  #space;
  #memory = new Map();

  constructor(userId) {
    this.#space = `${PREFIX}:${userId}:`;
    forget((key) => key.startsWith(`${PREFIX}:`) && !key.startsWith(this.#space));
  }

  /** From storage first: another page of this tab may have written there since. */
  get(name) {
    return kept(this.#space + name) ?? this.#memory.get(name) ?? null;
  }

  /** Memory has what storage refuses (full, or disabled). An older value must then not come back from storage. */
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

/** What is kept is shown by no page without a network, either. The next page of this person forgets the mark. */
export function markLocked(locked) {
  try {
    if (locked) sessionStorage.setItem(`${PREFIX}:locked`, "true");
    else sessionStorage.removeItem(`${PREFIX}:locked`);
  } catch {
    // Storage is disabled: nothing was kept.
  }
}

export function clearTabStorage() {
  forget((key) => key.startsWith(`${PREFIX}:`));
}

function kept(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

function forget(matches) {
  try {
    Object.keys(sessionStorage).filter(matches).forEach((key) => sessionStorage.removeItem(key));
  } catch {
    // Storage is disabled: nothing was kept.
  }
}
