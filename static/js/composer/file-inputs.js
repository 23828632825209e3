/** The ways files come in: chosen, pasted, dropped anywhere on the thread. `take(files)` gets them. */
export class FileInputs {
  #take;

  constructor(take) {
    this.#take = take;
  }

  listen({ input, text, ground }, signal) {
    input.addEventListener("change", () => this.#chosen(input), { signal });
    text.addEventListener("paste", (event) => this.#pasted(event), { signal });
    ground.addEventListener("dragover", (event) => this.#dragged(event, ground), { signal });
    ground.addEventListener("dragleave", (event) => this.#left(event, ground), { signal });
    ground.addEventListener("drop", (event) => this.#dropped(event, ground), { signal });
    // Chosen before scripts came.
    if (input.files.length) this.#chosen(input);
  }

  // Callbacks

  #chosen(input) {
    this.#take([...input.files]);
    // The same file can be chosen again, and the form itself never carries it.
    input.value = "";
  }

  /** Copied cells and words come with a picture of themselves: the text is what was meant. */
  #pasted(event) {
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes("text/plain")) return;
    event.preventDefault();
    this.#take([...files]);
  }

  #dragged(event, ground) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    ground.toggleAttribute("data-dropping", true);
  }

  #left({ relatedTarget }, ground) {
    if (!ground.contains(relatedTarget)) ground.removeAttribute("data-dropping");
  }

  #dropped(event, ground) {
    ground.removeAttribute("data-dropping");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    this.#take([...event.dataTransfer.files]);
  }
}
