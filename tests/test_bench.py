"""The result of the bench: the figures are the machine's, the verdict is ours."""

import subprocess
from contextlib import nullcontext

import pytest

from bench import __main__ as bench
from bench import scenarios
from bench.stack import ROOT


@pytest.fixture
def measured(monkeypatch, capsys):
    """Run the bench with a scenario that measures these rows; return its exit status and its output."""

    def run(*rows):
        def find(running, floors, table):
            for figure, row in rows:
                table.add(figure, "1 ms", target="≤ 2", **row)

        monkeypatch.setattr(scenarios, "sends", find)
        monkeypatch.setattr(scenarios.Floors, "measure", lambda running, table: None)
        monkeypatch.setattr(bench, "stack", nullcontext)
        return bench.main(["sends"]), capsys.readouterr()

    return run


def test_targets_that_are_met_end_well(measured):
    status, output = measured(("fast", {"met": True}), ("of no target", {}))
    assert status == 0
    assert "| fast | 1 ms |  | ≤ 2 ✓ |  |" in output.out


def test_a_miss_ends_with_one_and_is_named(measured):
    status, output = measured(("slow", {"met": False}), ("known", {"met": False, "explained": True}))
    assert status == 1
    assert "| slow | 1 ms |  | ≤ 2 ✗ |  |" in output.out
    assert "Missed, and not explained: slow\n" in output.err


def test_a_miss_that_is_explained_is_marked_and_fails_nothing(measured):
    status, output = measured(("fast", {"met": True, "explained": True}), ("known", {"met": False, "explained": True}))
    assert status == 0
    assert "| known | 1 ms |  | ≤ 2 ✗ explained |  |" in output.out
    assert "| fast | 1 ms |  | ≤ 2 ✓ |  |" in output.out


def test_an_unknown_scenario_ends_with_two():
    assert bench.main(["nothing"]) == 2


def test_help_names_every_scenario_and_the_exit_status():
    output = subprocess.run([ROOT / "bin/bench", "--help"], capture_output=True, text=True, check=True).stdout
    assert all(name in output for name in scenarios.ALL)
    assert "Ends with 0" in output
