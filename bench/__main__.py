"""`bin/bench [SCENARIO…]`: runs the scenarios, and prints one table with every figure beside its floor.

`bin/bench peers …` compares with another server instead, and prints a table of its own.

Ends with 1 where a target was missed and docs/performance.md does not explain it, with 2 for an unknown scenario.
"""

import os
import platform
import resource
import signal
import sys
import time

from bench import scenarios
from bench.peers import compare
from bench.stack import stack
from bench.table import Table


def main(names: list[str]) -> int:
    if names[:1] == ["peers"]:
        return _peers(names[1:])
    known = {name: getattr(scenarios, name) for name in scenarios.ALL}
    if unknown := [name for name in names if name not in known]:
        print(f"There is no {', '.join(unknown)}. There are: {', '.join(known)}", file=sys.stderr)
        return 2
    _allow_many_files()
    table = Table()
    print(_machine())
    with stack() as running:
        floors = scenarios.Floors.measure(running, table)
        for name in names or known:
            begin = time.monotonic()
            known[name](running, floors, table)
            print(f"  {name}: {time.monotonic() - begin:.0f} s", file=sys.stderr)
    print(table)
    if table.missed:
        print(f"Missed, and not explained: {'; '.join(table.missed)}", file=sys.stderr)
    return 1 if table.missed else 0


def _peers(arguments: list[str]) -> int:
    _allow_many_files()
    print(_machine())
    return compare.main(arguments)


def _allow_many_files() -> None:
    """Thousands of sockets, in the generator, in nginx and in ejabberd; our servers raise their own."""
    resource.setrlimit(resource.RLIMIT_NOFILE, [resource.getrlimit(resource.RLIMIT_NOFILE)[1]] * 2)


def _machine() -> str:
    with open("/proc/cpuinfo") as file:
        names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    model = names[0] if names else platform.machine()
    return f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores of {model}, Python {platform.python_version()}\n"


if __name__ == "__main__":
    # The servers are stopped then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main(sys.argv[1:]))
