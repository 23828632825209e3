import { hasName, searchedName } from "../lib/names.js";
import { t } from "../lib/words.js";

/**
 * A `<select>` of people as a field in which one types a part of a name: an editable combobox with a listbox. The
 * select keeps the choice, which its form sends, and is all there is without scripts. Typing undoes a choice: what is
 * sent is always the name that stands in the field.
 */
class PersonSelect extends HTMLElement {
  #select;
  #field;
  #list;
  /** {item, option, searched} of each person. */
  #people;
  #active = null;
  #listening = null;

  // Lifecycle

  connectedCallback() {
    this.#select = this.querySelector("select");
    if (!this.#field) this.#build();
    this.#listening = new AbortController();
    const { signal } = this.#listening;
    this.#field.addEventListener("input", () => this.#typed(), { signal });
    this.#field.addEventListener("keydown", (event) => this.#key(event), { signal });
    this.#field.addEventListener("blur", () => this.#left(), { signal });
    this.addEventListener("click", (event) => this.#click(event), { signal });
    // The focus stays in the field.
    this.addEventListener("mousedown", (event) => event.target !== this.#field && event.preventDefault(), { signal });
    // The browser gives back what was chosen before.
    addEventListener("pageshow", () => this.#showChoice(), { signal });
    this.#showChoice();
  }

  disconnectedCallback() {
    this.#listening.abort();
  }

  #build() {
    const [select, hadFocus] = [this.#select, this.#select.matches(":focus, [autofocus]")];
    this.append(this.querySelector("template").content.cloneNode(true));
    this.#field = this.querySelector("[role=combobox]");
    this.#list = this.querySelector("[role=listbox]");
    for (const name of ["id", "aria-invalid", "aria-describedby"]) passOn(name, select, this.#field);
    this.#list.id = `${this.#field.id}-list`;
    this.#field.setAttribute("aria-controls", this.#list.id);
    this.#list.ariaLabel = this.#field.labels[0].textContent;
    const [none, ...options] = select.options;
    this.#field.placeholder = none.text;
    this.#people = options.map((option, at) => this.#person(option, `${this.#list.id}-${at}`));
    this.#list.append(...this.#people.map(({ item }) => item));
    select.hidden = true;
    if (hadFocus) this.#field.focus();
  }

  #person(option, id) {
    const item = document.createElement("li");
    Object.assign(item, { id, role: "option", className: "person-select__person", ariaSelected: "false" });
    item.appendChild(document.createElement("bdi")).textContent = option.text;
    return { item, option, searched: searchedName(option.text) };
  }

  // Callbacks

  #typed() {
    this.#select.value = "";
    this.#tell({ none: false, open: false });
    this.#open(this.#field.value);
  }

  #key(event) {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    const isOpen = !this.#list.hidden;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.#step(event.key === "ArrowDown" ? 1 : -1, isOpen);
    else if (isOpen && this.#active && event.key === "Home") this.#mark(this.#found[0]);
    else if (isOpen && this.#active && event.key === "End") this.#mark(this.#found.at(-1));
    else if (isOpen && event.key === "Enter") this.#enter();
    else if (event.key === "Escape" && (isOpen || this.#field.value)) this.#escape(isOpen);
    else return this.#other(event);
    event.preventDefault();
  }

  #click({ target }) {
    const person = this.#people.find(({ item }) => item.contains(target));
    if (person) return this.#choose(person);
    if (target !== this.#field && !target.closest("[data-action=toggle]")) return;
    const wasOpen = !this.#list.hidden;
    this.#field.focus();
    if (!wasOpen) this.#open();
    else if (target !== this.#field) this.#close();
  }

  #left() {
    this.#close();
    const isMeant = ({ option }) => option.text.toLowerCase() === this.#field.value.trim().toLowerCase();
    const [meant, other] = this.#chosen ? [] : this.#people.filter(isMeant);
    if (meant && !other) this.#choose(meant);
    this.#tell({ open: !this.#chosen && this.#field.value.trim() !== "" });
  }

  // Internal

  get #chosen() {
    return this.#people.find(({ option }) => option.selected) ?? null;
  }

  get #found() {
    return this.#people.filter(({ item }) => !item.hidden);
  }

  /** An arrow opens the list, at the person who is chosen, else at its first or last. */
  #step(by, isOpen) {
    const chosen = this.#chosen;
    if (!isOpen) this.#open(chosen ? "" : this.#field.value);
    if (!isOpen && chosen) return this.#mark(chosen);
    const found = this.#found;
    const at = found.indexOf(this.#active);
    this.#mark(found.at(at < 0 ? Math.min(by, 0) : (at + by) % found.length));
  }

  /** The marked person, or the only one; among several the first is marked, and no form is sent. */
  #enter() {
    const found = this.#found;
    if (this.#active || found.length === 1) this.#choose(this.#active ?? found[0]);
    else this.#mark(found[0]);
  }

  #escape(isOpen) {
    if (isOpen) return this.#close();
    this.#field.value = this.#select.value = "";
    this.#tell({ open: false });
  }

  /** Tab takes the marked person along. A letter or an arrow to the side is for the text. */
  #other({ key }) {
    if (key === "Tab" && this.#active) this.#choose(this.#active);
    else if (key !== "Shift") this.#mark(null);
  }

  /** Show the people whose names have these words. */
  #open(words = "") {
    for (const { item, searched } of this.#people) item.hidden = !hasName(searched, words);
    const count = this.#found.length;
    this.#list.hidden = count === 0;
    this.#field.ariaExpanded = String(count > 0);
    this.#mark(null);
    this.#tell({ none: count === 0 });
    this.querySelector("[role=status]").textContent = t("people_found", { count });
    this.#list.scrollIntoView({ block: "nearest" });
  }

  #close() {
    this.#list.hidden = true;
    this.#field.ariaExpanded = "false";
    this.#mark(null);
    this.#tell({ none: false });
  }

  #choose(person) {
    person.option.selected = true;
    this.#select.dispatchEvent(new Event("change", { bubbles: true }));
    this.#showChoice();
    this.#close();
  }

  #showChoice() {
    if (this.#chosen) this.#field.value = this.#chosen.option.text;
    if (this.#chosen) this.#tell({ open: false });
  }

  #mark(person = null) {
    if (this.#active) this.#active.item.ariaSelected = "false";
    this.#active = person;
    if (!person) return this.#field.removeAttribute("aria-activedescendant");
    person.item.ariaSelected = "true";
    this.#field.setAttribute("aria-activedescendant", person.item.id);
    person.item.scrollIntoView({ block: "nearest" });
  }

  /** Which sentences below the field are shown. */
  #tell(shown) {
    for (const [name, isShown] of Object.entries(shown)) this.querySelector(`[data-${name}]`).hidden = !isShown;
  }
}

function passOn(name, from, to) {
  if (from.hasAttribute(name)) to.setAttribute(name, from.getAttribute(name));
  from.removeAttribute(name);
}

customElements.define("person-select", PersonSelect);
