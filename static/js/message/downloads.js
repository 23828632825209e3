import { t } from "../lib/words.js";

/** Links that download the files of a message, clones of `template`: a long press shows no menu of the browser. */
export function downloads(row, template) {
  return [...row.querySelectorAll("a[data-file-name], a[download]")].map((file) => {
    const link = template.content.firstElementChild.cloneNode(true);
    const name = file.dataset.fileName ?? file.download;
    link.setAttribute("href", file.getAttribute("href"));
    link.download = name;
    link.querySelector("[data-name]").textContent = t("download_file", { name });
    return link;
  });
}
