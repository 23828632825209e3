"""`manage.py clean_files` with a database that is not the store's: an empty, another, an older one."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from chat.models import Attachment
from chat.tests.files.stores import (
    PROFILES,
    clean,
    contents,
    fill,
    forget_rows,
    in_days,
    name_as_picture,
    name_in_rows,
    places_of,
)
from chatsite.files import installation
from chatsite.models import Installation

pytestmark = pytest.mark.django_db
FOREIGN = "f" * 32


@pytest.fixture(autouse=True)
def today(store, monkeypatch) -> str:
    """What the tests store is two days old when they clean it."""
    return in_days(monkeypatch, 2)


def state() -> tuple:
    return contents(), list(Attachment.objects.values_list("pk", "message")), installation.recorded_id()


def refused(*options, match: str) -> None:
    """The command ends with 1, and leaves the store and the rows as they were."""
    before = state()
    with pytest.raises(CommandError, match=match) as caught:
        clean(*options)
    assert caught.value.returncode == 1
    assert "Nothing was touched." in str(caught.value)
    assert state() == before


def write_id(uid: str) -> None:
    default_storage.delete(installation.FILE)
    default_storage.save(installation.FILE, ContentFile(f"{uid}\n".encode()))


def leave_unsent(cast) -> str:
    """An upload that no message took, two days old: a run that is not refused would delete it."""
    [name] = fill(1)
    name_in_rows(cast, [name], message=None)
    Attachment.objects.filter(stored_name=name).update(created_at=timezone.now() - timedelta(days=2))
    return name


class TestAnEmptyDatabase:
    def test_it_is_refused_a_full_store_without_an_id(self):
        fill(7)
        refused(match="only 0 of its 7 files have a row")
        refused("--force", match="only 0 of its 7 files have a row")
        assert installation.stored_id() is None

    def test_it_is_refused_a_full_store_with_an_id(self):
        fill(7)
        write_id(FOREIGN)
        for options in ((), ("--force",), ("--dry-run",)):
            refused(*options, match=rf"belongs to an installation \(id {FOREIGN}\), and the database has no id")

    def test_it_is_refused_pictures_alone(self):
        fill(1, PROFILES)
        refused(match="only 0 of its 1 files have a row")

    def test_it_may_clean_an_empty_store_and_does_not_mark_it(self):
        assert "quarantined 0 files without a row" in clean()
        assert (installation.recorded_id(), installation.stored_id()) == (None, None)


class TestAnotherDatabase:
    def test_it_is_refused_the_store_of_another_even_where_every_file_has_a_row(self, cast):
        name_in_rows(cast, fill(3))
        clean()
        write_id(FOREIGN)
        fill(1)
        for options in ((), ("--force",), ("--dry-run",)):
            refused(*options, match=f"belongs to another installation: its id is {FOREIGN}")

    def test_it_keeps_what_it_would_delete_at_once_too(self, cast):
        name_in_rows(cast, fill(3))
        clean()
        leave_unsent(cast)
        write_id(FOREIGN)
        refused(match="another installation")
        write_id(installation.recorded_id())
        assert "1 uploads that were never sent" in clean()

    def test_it_is_refused_a_store_without_an_id_whose_files_have_no_rows(self, cast):
        Installation.objects.create()
        name_in_rows(cast, ["chat-file-of-another-store.pdf"])
        fill(7)
        refused("--force", match="only 0 of its 7 files have a row")

    def test_it_is_refused_an_empty_store_that_should_have_its_id(self, cast):
        name_in_rows(cast, names := fill(3))
        clean()
        for path in [installation.FILE, *(f"chat_files/{name}" for name in names)]:
            default_storage.delete(path)
        refused("--force", match="is it the right one, and is it there")


class TestTheFirstRun:
    def test_it_marks_a_store_whose_files_have_rows(self, cast):
        name_in_rows(cast, fill(19))
        [stray] = fill(1)
        assert f"quarantined: chat_files/{stray}" in clean()
        assert installation.stored_id() == installation.recorded_id()
        assert len(installation.stored_id()) == 32

    def test_it_refuses_one_with_fewer_whatever_is_forced(self, cast):
        name_in_rows(cast, fill(18))
        fill(1)
        refused("--force", match="only 18 of its 19 files have a row")

    def test_it_counts_all_folders_together(self, cast):
        name_in_rows(cast, fill(18))
        used, unused = fill(2, PROFILES)
        name_as_picture(cast.ada, used)
        assert f"quarantined: profiles/{unused}" in clean()

    def test_it_does_not_count_uploads_that_are_going_on(self, cast, monkeypatch):
        in_days(monkeypatch, 0)
        name_in_rows(cast, fill(1))
        fill(5)
        assert "quarantined 0 files" in clean()
        assert installation.stored_id()

    def test_it_marks_nothing_where_nothing_shows_whose_store_it_is(self, monkeypatch):
        in_days(monkeypatch, 0)
        fill(3)
        clean()
        assert (installation.recorded_id(), installation.stored_id()) == (None, None)

    def test_it_deletes_nothing_in_quarantine_where_nothing_shows_whose_store_it_is(self, monkeypatch):
        """Files copied back have new times, and count as uploads that are going on."""
        kept = default_storage.save("quarantine/2020-01-01/chat_files/a.pdf", ContentFile(b"a"))
        fill(3)
        in_days(monkeypatch, 0)
        before = state()
        assert "deleted 0 after 30 days" in clean()
        assert state() == before
        assert default_storage.exists(kept)

    def test_an_empty_store_is_no_fault_before_it_was_marked(self):
        Installation.the_one()
        assert "quarantined 0 files" in clean()
        assert installation.stored_id() is None

    def test_it_writes_nothing_on_a_dry_run(self, cast):
        name_in_rows(cast, fill(3))
        clean("--dry-run")
        assert (installation.recorded_id(), installation.stored_id()) == (None, None)

    @pytest.mark.parametrize("left", [None, ""], ids=["before the file", "while it was written"])
    def test_it_is_begun_again_where_it_was_killed(self, cast, left):
        name_in_rows(cast, fill(3))
        row = Installation.objects.create()
        if left is not None:
            default_storage.save(installation.FILE, ContentFile(b""))
        clean()
        assert (installation.recorded_id(), installation.stored_id()) == (row.uid, row.uid)

    def test_an_operator_can_confirm_a_store_with_another_id(self, cast):
        name_in_rows(cast, fill(3))
        write_id(FOREIGN)
        refused(match=f"remove {installation.FILE} from the store")
        default_storage.delete(installation.FILE)
        clean()
        assert installation.stored_id() == installation.recorded_id() != FOREIGN


class TestAnOlderDatabase:
    """The same id, and no rows for what was stored since."""

    def test_many_newer_files_are_refused(self, cast):
        name_in_rows(cast, names := fill(20))
        clean()
        newer = names[:6]
        forget_rows(newer)
        refused(match="6 of 20 files in chat_files")
        refused("--dry-run", match="restore a newer one")

    def test_force_quarantines_them(self, cast, today):
        name_in_rows(cast, names := fill(20))
        clean()
        forget_rows(names[:6])
        assert "quarantined 6 files without a row" in clean("--force")
        assert places_of(*names[:6]) == {f"quarantine/{today}/chat_files"}

    def test_few_are_quarantined_and_come_back_with_the_newer_database(self, cast, today):
        name_in_rows(cast, names := fill(20))
        clean()
        newer = names[:5]
        forget_rows(newer)
        clean()
        assert places_of(*newer) == {f"quarantine/{today}/chat_files"}
        name_in_rows(cast, newer)
        assert "brought back 5 files" in clean()
        assert places_of(*names) == {"chat_files"}

    def test_each_folder_is_judged_by_itself(self, cast):
        name_in_rows(cast, fill(20))
        clean()
        fill(6, PROFILES)
        refused(match="6 of 6 files in profiles")

    def test_what_it_would_remove_or_delete_at_once_stays_too(self, cast, monkeypatch):
        name_in_rows(cast, names := fill(20))
        forget_rows(names[:1])
        clean()
        leave_unsent(cast)
        in_days(monkeypatch, 90)
        forget_rows(names[1:8])
        refused(match="7 of 20 files in chat_files")


def test_a_dry_run_lists_what_has_no_row_before_it_is_refused(capsys):
    names = fill(2)
    with pytest.raises(CommandError):
        call_command("clean_files", "--dry-run")
    listed = capsys.readouterr().out.splitlines()
    assert listed == [f"without a row: chat_files/{name}" for name in sorted(names)]
