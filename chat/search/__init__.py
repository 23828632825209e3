"""Finding messages: `index` writes which words are where, `find` reads it, `folding` says which words are alike."""
