import { getHtml } from "../lib/api.js";
import { serverRows } from "../lib/html.js";
import { page } from "../lib/page.js";

/** Rows of the list of conversations from the server. */
export const listSource = {
  /** `query` is that of the page's own address. A filter leaves the open conversation in the list. */
  rows(query = "") {
    const asked = new URLSearchParams(query);
    if (asked.has("filter") && page.chatId) asked.set("open", page.chatId);
    return fetchRows(`/chat/rows?${asked}`);
  },

  row(chatId) {
    return fetchRows(`/chat/${chatId}/row`);
  },
};

/** {rows, more, next, unread} */
async function fetchRows(url) {
  const wrapper = serverRows(await getHtml(url)).querySelector("[data-rows]");
  const { hasMore, next, unread } = wrapper.dataset;
  return { rows: [...wrapper.children], more: hasMore === "true", next, unread: Number(unread) };
}
