"""The figures of `clean_files`."""

import pytest

from chat.services.cleaning_rules import Share, is_proven, is_too_much, why_foreign, why_too_much, why_unproven


@pytest.mark.parametrize(
    ("strays", "stored", "too_much"),
    [
        (0, 0, False),
        (5, 5, False),
        (6, 119, True),
        (6, 120, False),
        (50, 1_000, False),
        (50, 999, True),
        (51, 1_000_000, True),
    ],
)
def test_more_than_fifty_are_too_much_and_more_than_five_of_a_small_folder(strays, stored, too_much):
    assert is_too_much(Share("chat_files", stored, stored - strays, strays)) is too_much


@pytest.mark.parametrize(("named", "strays", "proven"), [(0, 0, False), (1, 0, True), (19, 1, True), (94, 5, False)])
def test_a_store_is_proven_by_95_of_100_files(named, strays, proven):
    assert is_proven([Share("chat_files", 0, named, 0), Share("profiles", 0, 0, strays)]) is proven


@pytest.mark.parametrize(
    ("recorded", "stored", "foreign"),
    [(None, None, False), ("a", None, False), ("a", "a", False), ("a", "b", True), (None, "b", True)],
)
def test_ids_that_differ_are_foreign(recorded, stored, foreign):
    assert bool(why_foreign(recorded=recorded, stored=stored)) is foreign


def test_a_store_that_shows_nothing_is_suspect_where_an_id_is_missing():
    nothing = [Share("chat_files", 0, 0, 0)]
    assert why_unproven(nothing, recorded=None) is None
    assert "is it there" in why_unproven(nothing, recorded="a")


def test_a_folder_does_not_hide_behind_a_large_one():
    large, small = Share("chat_files", 1_000, 1_000, 0), Share("profiles", 6, 0, 6)
    assert why_too_much([large]) is None
    assert "6 of 6 files in profiles." in why_too_much([large, small])
