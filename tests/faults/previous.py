"""The release before this one: its tree, from the history, and an environment of its own, from its own lock files."""

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.stack import ROOT

NOTE = ROOT / ".ci/previous-release"


def commit() -> str:
    """PREVIOUS_RELEASE names another one, for a trial."""
    return os.environ.get("PREVIOUS_RELEASE") or NOTE.read_text().split()[0]


@contextmanager
def tree(folder: Path):
    """Check the release out into the folder and set it up, as its operator did. Without its history this fails."""
    name = commit()
    if not (_has(name) or _fetched(name)):
        pytest.fail(
            f"The history has no commit {name}, which {NOTE.relative_to(ROOT)} names. Clone it whole, without --depth."
        )
    _git("worktree", "add", "--quiet", "--force", "--detach", str(folder), name)
    try:
        subprocess.run([folder / "bin/setup", "--system"], check=True, stdout=subprocess.DEVNULL)
        yield folder
    finally:
        _git("worktree", "remove", "--force", str(folder))


def _has(name: str) -> bool:
    return _git("cat-file", "-e", f"{name}^{{commit}}", check=False)


def _fetched(name: str) -> bool:
    """Whether the remote of a shallow clone gave this one commit."""
    return _git("fetch", "--quiet", "--depth=1", "origin", name, check=False)


def _git(*arguments: str, check: bool = True) -> bool:
    """Run git here, whatever hook or worktree this process was started from; return whether it succeeded."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    said = None if check else subprocess.DEVNULL
    return not subprocess.run(["git", "-C", ROOT, *arguments], env=environment, check=check, stderr=said).returncode
