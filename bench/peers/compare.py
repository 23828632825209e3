"""`bin/bench peers [ROW…]`: prints the table of this project and ejabberd, both measured by turns."""

import argparse
import dataclasses
import subprocess
import sys
import time

from bench.peers import ejabberd
from bench.peers.figures import Comparison
from bench.peers.rows import ROWS, SHORT, Settings
from bench.peers.servers import Ours, Peer
from bench.stack import Stack, stack

MISSING = (
    f"ejabberd is not installed, so there is nothing to compare with. To install it: bin/packages "
    f"{' '.join(ejabberd.PACKAGES)}"
)


def main(arguments: list[str]) -> int:
    """Ends with 0 also where ejabberd is missing, with 1 where a server does not start or loses a message."""
    asked = _parse(arguments)
    settings = SHORT if asked.short else Settings()
    if asked.turns:
        settings = dataclasses.replace(settings, turns=asked.turns)
    if not (version := ejabberd.version()):
        print(MISSING)
        return 0
    try:
        with stack() as running:
            table = _compare(running, asked.rows or list(ROWS), settings, f"ejabberd {version}")
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        print(f"The comparison ended: {error}", file=sys.stderr)
        return 1
    print(table)
    if table.disturbed:
        print(f"\nNot clean, since other work used a quarter of a core or more: {'; '.join(table.disturbed)}.")
    return 0


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench peers", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=f"some of: {' '.join(ROWS)}; all without")
    parser.add_argument("--turns", type=int, help=f"how often each server is measured ({Settings.turns})")
    parser.add_argument("--short", action="store_true", help="one short turn, to see that it works")
    asked = parser.parse_args(arguments)
    if unknown := [row for row in asked.rows if row not in ROWS]:
        parser.error(f"there is no {', '.join(unknown)}; there are: {', '.join(ROWS)}")
    return asked


def _compare(running: Stack, rows: list[str], settings: Settings, name: str) -> Comparison:
    table = Comparison((Ours.name, name))
    with ejabberd.ejabberd(running) as other:
        peers: tuple[Peer, ...] = Ours(running), other
        for row in rows:
            begin = time.monotonic()
            turns = [[ROWS[row](running, peer, settings) for peer in peers] for _ in range(settings.turns)]
            table.add(*(list(of_one) for of_one in zip(*turns, strict=True)))
            print(f"  {row}: {time.monotonic() - begin:.0f} s", file=sys.stderr)
    return table
