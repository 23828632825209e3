import { Clock } from "../lib/time.js";
import { Arrangement } from "../models/arrangement.js";
import { History } from "../models/history.js";
import { Roving } from "../models/roving.js";
import { Rows } from "../models/rows.js";
import { Scroll } from "../models/scroll.js";
import { ThreadSource } from "../models/thread-source.js";

/** A part of a thread that is not its newest one, for reading: more comes on either side as the reader gets near. */
export class ThreadPast extends HTMLElement {
  #rows;
  #scroll;
  #arrangement;
  #roving;
  #histories = [];
  #listening = null;

  // Lifecycle

  connectedCallback() {
    const list = this.querySelector("ol.messages");
    const scroller = this.querySelector(".thread__scroll");
    this.#rows = new Rows(list);
    this.#scroll = new Scroll(scroller);
    this.#arrangement = new Arrangement(list, new Clock());
    this.#roving = new Roving({ rows: () => this.#rows.all, leave: () => this.querySelector(".thread__foot a").focus() });
    this.#listening = new AbortController();
    list.addEventListener("keydown", (event) => this.#roving.key(event), { signal: this.#listening.signal });
    this.#arrange();
    this.#begin(scroller);
  }

  disconnectedCallback() {
    this.#listening.abort();
    this.#histories.forEach((history) => history.stop());
  }

  // Internal

  #begin(scroller) {
    const found = this.querySelector(".message:target");
    if (found) this.#scroll.toRow(found);
    const source = new ThreadSource(Number(this.dataset.chatId));
    this.#load(scroller, ".older", () => source.before(this.#rows.oldestId), (rows, more) => rows.prepend(more));
    this.#load(scroller, ".newer", () => source.after(this.#rows.newestId), (rows, more) => rows.merge(more));
  }

  /** `place` is the link on one side of the rows, `fetch` asks for more there, `put` adds them. */
  #load(scroller, place, fetch, put) {
    const sentinel = this.querySelector(place);
    if (!sentinel) return;
    const load = async () => {
      const { rows, more } = await fetch();
      this.#change(() => put(this.#rows, rows));
      return more;
    };
    const history = new History({ scroller, sentinel, load });
    this.#histories.push(history);
    history.start();
    sentinel.addEventListener("click", (event) => history.follow(event), { signal: this.#listening.signal });
  }

  #change(edit) {
    const change = () => {
      edit();
      this.#arrange();
    };
    this.#scroll.keep(change, { stick: false });
  }

  #arrange() {
    this.#arrangement.apply(this.#rows.all);
    this.#roving.refresh();
  }
}
