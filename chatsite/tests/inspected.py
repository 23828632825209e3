"""What `test_inspection` lets a child process do with a file."""

import importlib
import os
import signal
import sys
from pathlib import Path


def describe(data: bytes, word: str) -> dict:
    names = sorted(os.environ)
    return {"length": len(data), "word": word, "turned": data[::-1], "pid": os.getpid(), "names": names}


def knows_django(data: bytes, modules: list[str]) -> bool:
    for module in modules:
        importlib.import_module(module)
    return "django" in sys.modules


def one(data: bytes) -> int:
    return 1


def crash(data: bytes) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def hang(data: bytes) -> None:
    signal.pause()


def spin(data: bytes) -> None:
    while True:
        pass


def fill(data: bytes) -> int:
    return len(bytes(200 * 1024 * 1024))


def fail(data: bytes) -> None:
    raise KeyError("SecretWord")


def leave(data: bytes) -> None:
    os._exit(0)


def chatter(data: bytes) -> dict:
    print("no answer")
    return {"core": Path("/proc/self/limits").read_text().split("Max core file size")[1].split()[0]}
