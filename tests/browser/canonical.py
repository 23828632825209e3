"""Elements as comparable texts: attributes in one order, since scripts add and remove them."""

# A function of an element. White space between the rows of a list means nothing.
CANONICAL = """(element) => {
  const copy = element.cloneNode(true);
  for (const part of [copy, ...copy.querySelectorAll("*")]) {
    const attributes = [...part.attributes].sort((a, b) => (a.name < b.name ? -1 : 1));
    attributes.forEach(({ name }) => part.removeAttribute(name));
    attributes.forEach(({ name, value }) => part.setAttribute(name, value));
  }
  return copy.outerHTML;
}"""
