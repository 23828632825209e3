import { getHtml } from "../lib/api.js";
import { serverRows } from "../lib/html.js";

/** Rows of the list of conversations from the server. `query` is that of the page's own address. */
export const listSource = {
  rows(query = "") {
    return fetchRows(`/chat/rows${query}`);
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
