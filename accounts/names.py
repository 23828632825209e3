"""Names as they are searched: accents, case, hyphens and the way a letter is composed make no difference."""

from chatsite.folding import WORD, fold

# A search by more words finds no other people.
MOST_WORDS = 5


def folded_names(*names: str) -> str:
    """What `users.search_name` holds: the folded words of the names, those of a compound also as one."""
    found: dict[str, None] = {}
    for part in fold(" ".join(names)).split():
        words = WORD.findall(part)
        found |= dict.fromkeys([*words, "".join(words)])
    return " ".join(filter(None, found))


def asked_names(term: str) -> list[str]:
    """The words of a search for people, as they are looked for; an e-mail address stays one word.

    A term of signs alone is one that nobody has in their name.
    """
    parts = fold(term).split()
    found = [[part] if "@" in part else WORD.findall(part) for part in parts]
    return [word for words in found for word in words][:MOST_WORDS] or parts[:1]
