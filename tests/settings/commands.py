"""Runs several commands of operators in one environment, each in a fork of a process that has loaded Django once.

    python -m tests.settings.commands 'manage.py check' 'manage.py doctor' …

prints a line of JSON for each: its exit status, and what it said.
"""

import json
import os
import shlex
import signal
import sys
import tempfile
import traceback
from runpy import run_module

# A command that hangs is a fault, too.
SECONDS = 200


def run(command: str) -> dict[str, object]:
    """Fork, and run it there as the shell would."""
    with tempfile.TemporaryFile("w+") as said:
        child = os.fork()
        if child == 0:
            os.dup2(said.fileno(), 1)
            os.dup2(said.fileno(), 2)
            signal.alarm(SECONDS)
            _become(shlex.split(command))
        _, status = os.waitpid(child, 0)
        said.seek(0)
        return {"command": command, "status": os.waitstatus_to_exitcode(status), "said": said.read()}


def _become(words: list[str]) -> None:
    """Run it, and exit with its status as the interpreter would."""
    sys.argv, status = words, 0
    try:
        if words[0] == "manage.py":
            from manage import main

            main()
        else:
            run_module(words[0], run_name="__main__")
    except SystemExit as stop:
        status = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        if isinstance(stop.code, str):
            print(stop.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
        status = 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def _load() -> None:
    """What all commands load. Where the settings cannot be read, each finds that for itself."""
    import django

    try:
        django.setup()
    except BaseException:
        for name in [name for name in sys.modules if name.split(".")[0] == "chatsite"]:
            del sys.modules[name]


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
    _load()
    for command in sys.argv[1:]:
        print(json.dumps(run(command)), flush=True)
