/** How files are added: chosen, pasted, or dropped anywhere on the thread. `take(files)` gets them. */
export class FileInputs {
  #take;

  constructor(take) {
    this.#take = take;
  }

  listen({ input, text, dropZone }, signal) {
    input.addEventListener("change", () => this.#chosen(input), { signal });
    text.addEventListener("paste", (event) => this.#pasted(event), { signal });
    dropZone.addEventListener("dragover", (event) => this.#dragged(event, dropZone), { signal });
    dropZone.addEventListener("dragleave", (event) => this.#left(event, dropZone), { signal });
    dropZone.addEventListener("drop", (event) => this.#dropped(event, dropZone), { signal });
    // A file was chosen before this script was loaded.
    if (input.files.length) this.#chosen(input);
  }

  // Callbacks

  #chosen(input) {
    this.#take([...input.files]);
    // Emptied, so that the same file can be chosen again, and the form itself never submits it.
    input.value = "";
  }

  /** Cells copied from a spreadsheet come with a picture of the cells; the text is what the person wants. */
  #pasted(event) {
    const { files, types } = event.clipboardData;
    if (!files.length || types.includes("text/plain")) return;
    event.preventDefault();
    this.#take([...files]);
  }

  #dragged(event, dropZone) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    dropZone.toggleAttribute("data-dropping", true);
  }

  #left({ relatedTarget }, dropZone) {
    if (!dropZone.contains(relatedTarget)) dropZone.removeAttribute("data-dropping");
  }

  #dropped(event, dropZone) {
    dropZone.removeAttribute("data-dropping");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    this.#take([...event.dataTransfer.files]);
  }
}
