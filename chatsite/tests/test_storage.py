"""Files on a disk; `chat/tests/files/test_quarantine.py` also moves them on an object store."""

import os

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from chatsite.files import storage


def save(path: str, data: bytes = b"x") -> None:
    default_storage.save(path, ContentFile(data))


def test_a_file_is_moved_into_folders_that_are_made_for_it(settings):
    save("a/x.pdf")
    before = os.umask(0o022)
    try:
        assert storage.move("a/x.pdf", "q/day/a/x.pdf")
    finally:
        os.umask(before)
    assert not default_storage.exists("a/x.pdf")
    assert default_storage.open("q/day/a/x.pdf").read() == b"x"
    for folder in ("q", "q/day", "q/day/a"):
        assert (settings.ASSETS_ROOT / folder).stat().st_mode & 0o777 == 0o750


def test_it_takes_the_place_of_the_same_file():
    save("a/x.pdf")
    save("b/x.pdf")
    assert storage.move("a/x.pdf", "b/x.pdf")
    assert (storage.names_in("a"), storage.names_in("b")) == (set(), {"x.pdf"})


def test_a_file_that_is_gone_is_not_moved():
    assert storage.move("a/x.pdf", "b/x.pdf") is False
    assert storage.modified_at("a/x.pdf") is None


def test_what_cannot_be_moved_is_raised_and_stays(settings):
    save("a/x.pdf")
    save("b")
    with pytest.raises(OSError, match="b"):
        storage.move("a/x.pdf", "b/x.pdf")
    assert default_storage.exists("a/x.pdf")


def test_only_an_empty_folder_is_removed():
    save("a/x.pdf")
    storage.remove_empty("a")
    assert default_storage.exists("a/x.pdf")
    default_storage.delete("a/x.pdf")
    storage.remove_empty("a")
    assert storage.folders_in("") == set()
