"""Runs a module as `python -m` does, on the day of the pictures: `python -m tests.screenshots.clock MODULE …`."""

import runpy
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import time_machine

# A Tuesday, after the last message of the demo.
NOW = datetime(2026, 3, 10, 9, 41, tzinfo=ZoneInfo("Europe/Paris"))


def main() -> None:
    del sys.argv[0]
    with time_machine.travel(NOW):
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
