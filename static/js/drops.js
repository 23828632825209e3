import { isDragOfFiles } from "./lib/drags.js";

// A browser opens a file that is dropped where nothing takes it, and leaves the page. Here it is refused with a word.
const refusal = document.querySelector("[data-drop-refused]");

function isLeftAlone(event) {
  const isTaken = event.defaultPrevented || event.target.closest?.("input[type=file]");
  return isDragOfFiles(event) && !isTaken;
}

addEventListener("dragover", (event) => isLeftAlone(event) && event.preventDefault());
addEventListener("drop", (event) => {
  if (!isLeftAlone(event)) return;
  event.preventDefault();
  refusal.showPopover();
  // Set once it is shown, and set anew: so it is announced each time.
  refusal.textContent = refusal.dataset.dropRefused;
});
refusal.addEventListener("toggle", ({ newState }) => newState === "closed" && refusal.replaceChildren());
