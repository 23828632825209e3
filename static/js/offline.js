/* The page for a lost network: what this tab wrote and could not send, and back to the page when there is a network. */
const WAITING = /^chat:\d+:outbox$/;
const RETRY_SECONDS = 10;

function waiting() {
  try {
    if (sessionStorage.getItem("chat:locked")) return [];
    const boxes = Object.entries(sessionStorage).filter(([key]) => WAITING.test(key));
    return boxes.flatMap(([, items]) => JSON.parse(items));
  } catch {
    return []; // Storage is disabled: nothing was kept.
  }
}

const list = document.querySelector("[data-waiting]");
for (const { message_text: text, attachments } of waiting()) {
  const item = document.createElement("li");
  item.dir = "auto";
  item.textContent = text || attachments.map(({ file_name: name }) => `\u2068${name}\u2069`).join(", ");
  list.append(item);
}
list.closest("section").hidden = !list.childElementCount;

async function retry() {
  const answer = await fetch("/offline", { method: "HEAD", cache: "no-store" }).catch(() => null);
  if (answer?.ok) location.reload();
}

// This page stands at the address of the one that could not be loaded; at its own there is nothing to go back to.
if (location.pathname !== "/offline") {
  addEventListener("online", retry);
  setInterval(retry, RETRY_SECONDS * 1_000);
}
document.querySelector("[data-retry]").addEventListener("click", () => location.reload());
