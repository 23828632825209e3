import { isDragOfFiles } from "./lib/drags.js";
import { alertPage } from "./lib/page-alert.js";

// A browser opens a file that is dropped where nothing takes it, and leaves the page. Here it is refused with a word.
function isLeftAlone(event) {
  const isTaken = event.defaultPrevented || event.target.closest?.("input[type=file]");
  return isDragOfFiles(event) && !isTaken;
}

addEventListener("dragover", (event) => isLeftAlone(event) && event.preventDefault());
addEventListener("drop", (event) => {
  if (!isLeftAlone(event)) return;
  event.preventDefault();
  alertPage(document.querySelector("[data-drop-refused]").dataset.dropRefused);
});
