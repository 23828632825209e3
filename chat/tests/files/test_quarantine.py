"""Files without a row: quarantined for thirty days, served to nobody, restored for a row, safe from a kill."""

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError

from chat.tests.files.stores import (
    CHAT_FILES,
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
from chatsite.files import installation, quarantine, storage
from chatsite.testing import api_client

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(store, monkeypatch) -> str:
    """A store that was cleaned before; what the tests store is two days old when they clean it."""
    installation.mark_store()
    return in_days(monkeypatch, 2)


FOLDERS = [CHAT_FILES, PROFILES]


class Killed(BaseException):
    """As when the process ends here."""


def test_a_file_comes_back_when_a_row_names_it(cast, today, monkeypatch):
    [name] = fill(1)
    assert f"quarantined: chat_files/{name}" in clean()
    assert places_of(name) == {f"quarantine/{today}/chat_files"}
    in_days(monkeypatch, 60)
    name_in_rows(cast, [name])
    output = clean()
    assert f"brought back: quarantine/{today}/chat_files/{name}" in output
    assert "0 rows without a file" in output
    assert places_of(name) == {"chat_files"}
    assert "brought back 0 files" in clean()


def test_a_picture_comes_back_too(cast, today):
    [name] = fill(1, PROFILES)
    clean()
    assert places_of(name) == {f"quarantine/{today}/profiles"}
    name_as_picture(cast.ben, name)
    clean()
    assert places_of(name) == {"profiles"}


def test_a_row_names_a_file_of_its_own_folder_only(cast, today):
    [name] = fill(1, PROFILES)
    clean()
    name_in_rows(cast, [name])
    assert "brought back 0 files" in clean()
    assert places_of(name) == {f"quarantine/{today}/profiles"}


def test_after_thirty_days_it_is_deleted(today, monkeypatch):
    [name] = fill(1)
    clean()
    in_days(monkeypatch, 2 + 30)
    assert "deleted 0 after 30 days" in clean()
    assert places_of(name) == {f"quarantine/{today}/chat_files"}
    in_days(monkeypatch, 2 + 31)
    assert f"deleted: quarantine/{today}/chat_files/{name}" in clean()
    assert not any(path.endswith(name) for path in contents())


def test_it_leaves_what_is_not_its_own(monkeypatch):
    strange = ["quarantine/note.txt", "quarantine/20200101/chat_files/a.pdf", "quarantine/2020-01-01/other/a.pdf"]
    for path in strange:
        default_storage.save(path, storage.ContentFile(b"mine"))
    clean()
    assert set(strange) <= set(contents())


def test_a_dry_run_lists_what_would_be_restored_and_deleted(cast, today, monkeypatch):
    named, unnamed = fill(2)
    clean()
    name_in_rows(cast, [named])
    in_days(monkeypatch, 40)
    before = contents()
    output = clean("--dry-run")
    assert f"would bring back: quarantine/{today}/chat_files/{named}" in output
    assert f"would delete: quarantine/{today}/chat_files/{unnamed}" in output
    assert "0 rows without a file" in output
    assert contents() == before


def test_it_fails_when_a_file_cannot_be_deleted(today, monkeypatch):
    [name] = fill(1)
    clean()
    in_days(monkeypatch, 40)

    def refuse(path):
        raise PermissionError(path)

    with monkeypatch.context() as patched:
        patched.setattr(default_storage, "delete", refuse)
        with pytest.raises(CommandError, match=f"quarantine/{today}/chat_files/{name}"):
            clean()
    assert places_of(name)


def test_empty_folders_go(store, settings, today, monkeypatch):
    fill(1)
    clean()
    in_days(monkeypatch, 40)
    clean()
    if store == "disk":
        assert list((settings.ASSETS_ROOT / "quarantine").iterdir()) == []


def killed_in_move(monkeypatch, store, moves: int) -> None:
    """The next run is killed in its move after so many: on an object store when it has copied and not yet deleted."""
    whole, done = storage.move, []

    def move(path, target):
        if len(done) == moves:
            if store == "s3":
                default_storage.bucket.copy({"Bucket": default_storage.bucket_name, "Key": path}, target)
            raise Killed
        done.append(path)
        return whole(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(storage, "move", move)
        with pytest.raises(Killed):
            clean()


@pytest.mark.parametrize("days", [0, 1], ids=["the same day", "the next day"])
def test_killed_while_it_quarantines_the_next_run_does_the_rest(cast, store, today, monkeypatch, days):
    name_in_rows(cast, used := fill(2))
    names = fill(3)
    killed_in_move(monkeypatch, store, 1)
    assert places_of(*names)
    later = in_days(monkeypatch, 2 + days)
    clean()
    allowed = {f"quarantine/{day}/chat_files" for day in (today, later)}
    assert places_of(*names) <= allowed
    name_in_rows(cast, names)
    clean()
    assert set(contents()) == {installation.FILE, *(f"chat_files/{name}" for name in [*used, *names])}
    assert places_of(*used, *names) == {"chat_files"}


def test_killed_while_it_brings_back_the_next_run_does_the_rest(cast, store, today, monkeypatch):
    names = fill(3)
    clean()
    name_in_rows(cast, names)
    killed_in_move(monkeypatch, store, 1)
    assert places_of(*names)
    clean()
    assert set(contents()) == {installation.FILE, *(f"chat_files/{name}" for name in names)}
    assert places_of(*names) == {"chat_files"}


def test_what_another_run_moved_meanwhile_is_no_error(today, monkeypatch):
    [name] = fill(1)
    whole = quarantine.put_away

    def after_another(path, day):
        assert whole(path, day)
        return whole(path, day)

    monkeypatch.setattr(quarantine, "put_away", after_another)
    assert "quarantined 0 files" in clean()
    assert places_of(name) == {f"quarantine/{today}/chat_files"}


def test_nothing_in_quarantine_has_an_address(cast, today):
    [name] = fill(1)
    name_in_rows(cast, [name])
    assert api_client(cast.ben).get(f"/assets/chat_files/{name}").status_code in (200, 302)
    forget_rows([name])
    clean()
    kept = f"quarantine/{today}/chat_files/{name}"
    assert default_storage.exists(kept)
    addresses = [kept, f"chat_files/{name}", f"chat_files/../{kept}", f"chat_files/..%2f{kept.replace('/', '%2f')}"]
    addresses += [
        f"profiles/..%2f{kept.replace('/', '%2f')}",
        installation.FILE,
        f"chat_files/..%2f{installation.FILE}",
    ]
    clients = [api_client(cast.ben), api_client(cast.admin)]
    for address in addresses:
        for client in clients:
            answer = client.get(f"/assets/{address}")
            assert (answer.status_code, "Location" in answer) == (404, False), address
