"""Files are opened in child processes: limits, crashes, and who waits for memory."""

import io
import threading
from contextlib import ExitStack

import pytest

from chatsite.files import photos
from chatsite.files.inspection import child, pool, room, wire
from chatsite.files.inspection.pool import run
from chatsite.files.inspection.room import Room
from chatsite.http.errors import FileNotOpened, FilesBusy

MEGABYTE = 1024 * 1024
HERE = "chatsite.tests.inspected"
SMALL = {"width": 9, "height": 9, "frames": 1, "passes": 1}


def ask(name: str, data: bytes = b"abc", **arguments) -> dict:
    return run(f"{HERE}:{name}", data, memory=64 * MEGABYTE, **arguments)


def test_a_child_answers_with_plain_values_and_bytes(monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "SecretWord")
    pool._idle.clear()
    answer = ask("describe", bytes(range(256)) * 40_000, word="été")
    assert (answer["length"], answer["word"], answer["turned"][:2]) == (10_240_000, "été", b"\xff\xfe")
    assert not {"SECRET_KEY", "DATABASE_URL", "DJANGO_SETTINGS_MODULE"} & set(answer["names"])
    judges = ["chatsite.files.images.judging", "chatsite.files.pdf.judging"]
    assert ask("knows_django", modules=judges) == {"value": False}
    assert ask("one") == {"value": 1}
    assert ask("chatter") == {"core": "0"}
    assert ask("describe", word="")["pid"] == answer["pid"]


@pytest.mark.parametrize("name", ["crash", "hang", "spin", "fill", "fail", "leave", "missing"])
def test_a_crash_costs_this_file_alone(name, monkeypatch, caplog):
    pid = ask("describe", word="")["pid"]
    monkeypatch.setattr(child, "CPU_SECONDS", 1 if name == "spin" else 20)
    monkeypatch.setattr(child, "SECONDS", 0.2 if name == "hang" else 20)
    before = pool.CRASHES._value.get()
    with pytest.raises(FileNotOpened) as refused:
        ask(name)
    assert (refused.value.status, refused.value.code) == (503, "file_not_opened")
    assert pool.CRASHES._value.get() == before + 1
    assert "SecretWord" not in caplog.text
    monkeypatch.undo()
    assert ask("describe", word="")["pid"] != pid


@pytest.mark.parametrize(
    "head",
    [b"[]", b"{}", b'[{}, {"a": -1}]', b'[{}, {"a": 1e9}]', b'[{}, {"a": 40000000, "b": 40000000}]', b"[7, {}]", b"no"],
)
def test_it_believes_no_length_and_no_type(head):
    with pytest.raises((ValueError, TypeError, AttributeError)):
        wire.receive(io.BytesIO(len(head).to_bytes(4, "big") + head))


@pytest.mark.parametrize("size", [b"\xff\xff\xff\xff", b"\0\0\0\x09", b"\0"])
def test_it_waits_for_no_more_than_was_promised(size):
    with pytest.raises((ValueError, EOFError)):
        wire.receive(io.BytesIO(size))


@pytest.mark.parametrize(
    "answer", [{}, {"value": 1}, {"width": "9"}, SMALL, SMALL | {"pixel_bytes": -1, "format_name": "PNG"}]
)
def test_an_answer_of_other_types_is_a_crash(answer, monkeypatch):
    monkeypatch.setattr(pool, "run", lambda *_, **__: answer)
    with pytest.raises(FileNotOpened):
        photos.open_photo(b"abc", "png")


def test_a_child_ends_when_it_is_not_needed_any_more():
    pool._idle.clear()
    ask("one")
    (idle,) = pool._idle
    pool._retire(idle, idle.jobs - 1)
    assert idle.is_alive
    pool._retire(idle, idle.jobs)
    assert not idle.is_alive
    assert ask("one") == {"value": 1}


def test_a_small_file_leaves_room_for_the_next_and_its_library():
    pool._idle.clear()
    assert run(f"{HERE}:one", b"", memory=MEGABYTE) == {"value": 1}
    zeros = b"%PDF-1.4" + bytes(10_000_000)
    assert run("chatsite.files.pdf.judging:judge", zeros, memory=64 * MEGABYTE) == {"value": "broken"}
    assert len(pool._idle) == 1


def test_a_child_that_died_while_it_was_idle_costs_nobody_anything():
    ask("one")
    pool._idle[-1]._process.kill()
    pool._idle[-1]._process.wait()
    assert ask("one") == {"value": 1}


def test_a_server_that_is_gone_takes_its_children_along():
    alone = child.Child()
    alone._process.stdin.close()
    assert alone._process.wait(10) == 0


# --- Room


class Guests:
    """Threads that each want some room, and hold it until they are told to leave."""

    def __init__(self, shared: Room) -> None:
        self._shared = shared
        self._leave: dict[str, threading.Event] = {}
        self._threads: dict[str, threading.Thread] = {}
        self.inside: set[str] = set()

    def come(self, name: str, size: int) -> None:
        queued = len(self._shared._queue) + len(self._shared._sizes)
        self._leave[name] = threading.Event()
        self._threads[name] = threading.Thread(target=self._stay, args=(name, size), daemon=True)
        self._threads[name].start()
        while len(self._shared._queue) + len(self._shared._sizes) == queued:
            pass

    def go(self, *names: str) -> None:
        for name in names:
            self._leave[name].set()
            self._threads[name].join(10)

    def _stay(self, name: str, size: int) -> None:
        with self._shared.reserved(size):
            self.inside.add(name)
            self._leave[name].wait(10)
            self.inside.remove(name)

    def are(self, *names: str) -> bool:
        """Whether these are inside, or come to be."""
        for _ in range(1_000):
            if self.inside == set(names):
                return True
            threading.Event().wait(0.001)
        return False


def test_large_ones_wait_and_small_ones_pass():
    guests = Guests(Room(100, places=3))
    guests.come("half", 50)
    guests.come("large", 60)
    guests.come("small", 20)
    assert guests.are("half", "small")
    guests.go("half")
    assert guests.are("large", "small")
    guests.go("large", "small")


def test_one_that_needs_more_than_all_runs_alone():
    guests = Guests(Room(100, places=3))
    guests.come("small", 10)
    guests.come("huge", 500)
    assert guests.are("small")
    guests.go("small")
    assert guests.are("huge")
    guests.come("late", 10)
    assert guests.are("huge")
    guests.go("huge")
    assert guests.are("late")
    guests.go("late")


def test_nobody_is_overtaken_for_ever():
    guests = Guests(Room(100, places=3))
    guests.come("half", 50)
    guests.come("large", 60)
    for number in range(room.MOST_PASSED):
        guests.come(f"small {number}", 1)
        assert guests.are("half", f"small {number}")
        guests.go(f"small {number}")
    guests.come("small", 1)
    assert guests.are("half")
    guests.go("half")
    assert guests.are("large", "small")
    guests.go("large", "small")


def test_it_has_places_for_a_few_only():
    guests = Guests(Room(100, places=2))
    for name in "abc":
        guests.come(name, 1)
    assert guests.are("a", "b")
    guests.go("a")
    assert guests.are("b", "c")
    guests.go("b", "c")


def test_a_wait_has_an_end(monkeypatch):
    monkeypatch.setattr(room, "PATIENCE_SECONDS", 0.01)
    shared = Room(100, places=3)
    with ExitStack() as inside:
        inside.enter_context(shared.reserved(100))
        with pytest.raises(FilesBusy) as refused, shared.reserved(1):
            pytest.fail("entered")
        assert (refused.value.status, refused.value.code, refused.value.retry_after) == (503, "files_busy", 10)
        monkeypatch.setattr(room, "MOST_WAITING", 0)
        with pytest.raises(FilesBusy), shared.reserved(1):
            pytest.fail("entered")
    monkeypatch.setattr(room, "MOST_WAITING", 1)
    with shared.reserved(100):
        assert not shared._queue
