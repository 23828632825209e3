/**
 * The only place where a string becomes HTML: rows rendered by our own templates, which escape user content.
 * Never pass anything else; user content goes through `textContent`.
 */
export function serverRows(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
