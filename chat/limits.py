"""The limits that sentences name: one place for each number, for the rule and for its words."""

from chatsite.http.limits import MAX_FILES, max_megabytes

__all__ = [
    "MAX_FILES",
    "MAX_PINS",
    "MAX_TEXT_BYTES",
    "NAME_LONGEST",
    "QUERY_LONGEST",
    "QUERY_SHORTEST",
    "WAITING_BYTES",
    "WAITING_FILES",
    "max_megabytes",
    "with_limits",
]

MAX_PINS = 20
MAX_TEXT_BYTES = 65_535
QUERY_SHORTEST, QUERY_LONGEST = 2, 200
# Of one person, in no message yet: four messages with all their files, and one of the largest files.
WAITING_FILES, WAITING_BYTES = 40, 100 * 1024**2
# What one may type to find a conversation by name.
NAME_LONGEST = 100


def with_limits(sentence: str) -> str:
    """Fill the places of a translated sentence that name a limit; others, such as `{size}`, stay."""
    limits = {
        "max_files": MAX_FILES,
        "max_megabytes": max_megabytes(),
        "max_pins": MAX_PINS,
        "shortest": QUERY_SHORTEST,
        "longest": QUERY_LONGEST,
    }
    for name, number in limits.items():
        sentence = sentence.replace(f"{{{name}}}", str(number))
    return sentence
