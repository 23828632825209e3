import { t } from "../lib/words.js";

/** What is told about a message in its dialog, as elements. */

/** Who reacted with what: a finger cannot ask a reaction for its title. */
export function reactionFacts(row) {
  return [...row.querySelectorAll(".reaction")].map((reaction) => {
    const fact = document.createElement("div");
    fact.appendChild(document.createElement("dt")).textContent = wordsOfReaction(reaction);
    fact.appendChild(document.createElement("dd")).textContent = reaction.title;
    return fact;
  });
}

/** What it said before a change, and since when. */
export function versionFact({ message_text: text, written_at: at }, clock) {
  const item = document.createElement("li");
  const time = item.appendChild(document.createElement("time"));
  const words = item.appendChild(document.createElement("p"));
  time.dateTime = at ?? "";
  time.textContent = at ? clock.full(new Date(at)) : "";
  words.dir = "auto";
  words.textContent = text ?? t("without_words");
  return item;
}

function wordsOfReaction(reaction) {
  return `${reaction.dataset.emoji} ${reaction.querySelector("[data-word]").textContent}`;
}
