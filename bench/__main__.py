"""`bin/bench [SCENARIO…]`: runs the scenarios, and prints one table with every figure beside its floor.

Ends with 1 where a target was missed and docs/performance.md does not explain it, with 2 for an unknown scenario.
"""

import os
import platform
import resource
import sys
import time

from bench import scenarios
from bench.stack import stack
from bench.table import Table


def main(names: list[str]) -> int:
    known = {name: getattr(scenarios, name) for name in scenarios.ALL}
    if unknown := [name for name in names if name not in known]:
        print(f"There is no {', '.join(unknown)}. There are: {', '.join(known)}", file=sys.stderr)
        return 2
    # Thousands of sockets, in the generator and in nginx; our servers raise their own.
    resource.setrlimit(resource.RLIMIT_NOFILE, [resource.getrlimit(resource.RLIMIT_NOFILE)[1]] * 2)
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


def _machine() -> str:
    with open("/proc/cpuinfo") as file:
        names = [line.partition(":")[2].strip() for line in file if line.startswith("model name")]
    model = names[0] if names else platform.machine()
    return f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores of {model}, Python {platform.python_version()}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
