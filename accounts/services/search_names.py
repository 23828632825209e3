"""The names by which people are searched, where something else stored a name: the previous release, or a program."""

from accounts.models import User

BATCH = 1_000


def correct_search_names() -> int:
    """Compare those of all people with their names, and correct them; return how many were wrong."""
    people = User.objects.order_by("pk").only("first_name", "last_name", "search_name")
    after = corrected = 0
    while batch := list(people.filter(pk__gt=after)[:BATCH]):
        for person in batch:
            if person.search_name != person.folded_name:
                # Unless the name was changed meanwhile.
                same = User.objects.filter(pk=person.pk, first_name=person.first_name, last_name=person.last_name)
                corrected += same.update(search_name=person.folded_name)
        after = batch[-1].pk
    return corrected
