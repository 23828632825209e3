import { isDragOfFiles } from "../lib/drags.js";

/** How files are added: chosen, photographed, pasted, or dropped anywhere on the page. `take(files)` gets them. */
export class FileInputs {
  #take;
  #isOpen;

  /** `isOpen()`: whether one may write here, and sees where the files go. */
  constructor(take, isOpen) {
    this.#take = take;
    this.#isOpen = isOpen;
  }

  listen({ inputs, text, thread }, signal) {
    for (const input of inputs) input.addEventListener("change", () => this.#chosen(input), { signal });
    text.addEventListener("paste", (event) => this.#pasted(event), { signal });
    document.addEventListener("dragover", (event) => this.#dragged(event, thread), { signal });
    document.addEventListener("dragleave", (event) => this.#left(event, thread), { signal });
    document.addEventListener("drop", (event) => this.#dropped(event, thread), { signal });
    // A file was chosen before this script was loaded.
    for (const input of inputs) if (input.files.length) this.#chosen(input);
  }

  // Callbacks

  #chosen(input) {
    this.#take([...input.files]);
    // Emptied, so that the same file can be chosen again, and the form itself never submits it.
    input.value = "";
  }

  /** Cells copied from a spreadsheet come with a picture of the cells; the text is what the person wants. */
  #pasted(event) {
    const files = [...event.clipboardData.files];
    if (!files.length || !namesOnly(event.clipboardData.getData("text/plain"), files)) return;
    event.preventDefault();
    this.#take(files);
  }

  #dragged(event, thread) {
    if (!isDragOfFiles(event) || !this.#isOpen()) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    thread.toggleAttribute("data-dropping", true);
  }

  #left({ relatedTarget }, thread) {
    if (!relatedTarget) thread.removeAttribute("data-dropping");
  }

  #dropped(event, thread) {
    thread.removeAttribute("data-dropping");
    if (!event.dataTransfer.files.length || !this.#isOpen()) return;
    event.preventDefault();
    this.#take([...event.dataTransfer.files]);
  }
}

/** Whether a text beside pasted files is nothing but their names or paths, as file managers add it. */
function namesOnly(text, files) {
  const names = new Set(files.map(({ name }) => name.normalize()));
  const lines = text.split(/[\n\r\0]+/).filter(Boolean);
  return lines.every((line) => names.has(lastPart(line).normalize()));
}

function lastPart(path) {
  const part = path.split(/[/\\]/).pop();
  if (!path.startsWith("file:")) return part;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
