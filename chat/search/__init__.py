"""Finding messages: `index` writes the index of words, `find` reads it, `folding` defines which words are equal."""
