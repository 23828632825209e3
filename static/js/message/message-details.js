import { t } from "../lib/words.js";

/** Details of a message in its dialog, as elements. */

/** Who reacted with what: a touch screen does not show the title of a reaction. */
export function reactionDetails(row) {
  return [...row.querySelectorAll(".reaction")].map((reaction) => {
    const fact = document.createElement("div");
    fact.appendChild(document.createElement("dt")).textContent = wordsOfReaction(reaction);
    fact.appendChild(document.createElement("dd")).textContent = reaction.title;
    return fact;
  });
}

/** When it was sent, delivered and read, and when it was corrected or withdrawn, if it was. */
export function writeTimes(facts, times, clock) {
  for (const fact of facts) {
    const at = times[fact.dataset.fact];
    fact.textContent = at ? clock.full(new Date(at)) : t("not_yet");
    fact.parentElement.hidden = !at && "ifAny" in fact.dataset;
  }
}

/** When and by what the recipient was told that it waits. One that arrived without that needs no such line. */
export function writeNotified(fact, { notified_at: at, notified_by: by, delivered_at: delivered }, clock) {
  fact.textContent = at ? t(`notified_by_${by}`, { moment: clock.full(new Date(at)) }) : t("not_notified");
  fact.parentElement.hidden = at === undefined || (!at && delivered !== null);
}

/** Each earlier version, from when to when. */
export function versionDetails({ message_data: message, revisions }, clock) {
  const isGone = message.retracted_at !== null;
  return revisions.map((revision, at) => {
    const isLast = at === revisions.length - 1;
    return versionItem(revision, { isGone, until: isGone && isLast ? "withdrawn_on" : "replaced_on", clock });
  });
}

function versionItem(revision, { isGone, until, clock }) {
  const { message_text: text, file_names: names, written_at: from, replaced_at: to } = revision;
  const item = document.createElement("li");
  if (from) item.append(timeOf(from, clock.full(new Date(from))));
  const files = names.map((name) => (isGone ? t("file_withdrawn", { name }) : name));
  const content = [text, ...files].filter(Boolean);
  item.append(...(content.length ? content : [t("without_words")]).map(lineOf));
  item.append(timeOf(to, t(until, { moment: clock.full(new Date(to)) })));
  return item;
}

function timeOf(at, words) {
  const time = document.createElement("time");
  time.dateTime = at;
  time.textContent = words;
  return time;
}

function lineOf(words) {
  const line = document.createElement("p");
  line.dir = "auto";
  line.textContent = words;
  return line;
}

function wordsOfReaction(reaction) {
  return `${reaction.dataset.emoji} ${reaction.querySelector("[data-word]").dataset.word}`;
}
