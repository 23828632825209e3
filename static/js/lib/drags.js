/** Whether files are dragged, and not a text or a picture of the page. */
export function isDragOfFiles({ dataTransfer }) {
  return Boolean(dataTransfer?.types.includes("Files"));
}
