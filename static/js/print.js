import { Clock } from "./lib/time.js";
import { MessageGrouping } from "./thread/message-grouping.js";

// The page that prints a whole conversation: the hours of the reader's zone, and the dialog once all photos are here.
const list = document.querySelector("ol.messages");
const button = document.querySelector("[data-action=print]");
new MessageGrouping(list, new Clock()).apply([...list.querySelectorAll(".message")]);
button.hidden = false;
button.addEventListener("click", async () => {
  await Promise.allSettled([...list.querySelectorAll("img")].map((image) => image.decode()));
  print();
});
