"""bin/lint_lines.py: which lines are too long, and how it reports them."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "bin" / "lint_lines.py"


def lint(folder: Path, **files: str) -> subprocess.CompletedProcess:
    """Run it over files of these names, in which `_` means the dot."""
    names = [name.replace("_", ".") for name in files]
    for name, text in zip(names, files.values(), strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    return subprocess.run([sys.executable, SCRIPT, *names], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("name", "limit"), [("a_html", 120), ("a_css", 120), ("a_js", 120), ("run", 120), ("a_md", 100)]
)
def test_it_reports_what_is_longer_than_the_limit(tmp_path, name, limit):
    # An accent is one character, whatever its bytes.
    words = "é " * (limit // 2)
    assert lint(tmp_path, **{name: f"{words[:limit]}\n"}).returncode == 0
    answer = lint(tmp_path, **{name: f"short\n{words[:limit]}é\n"})
    assert answer.returncode == 1
    assert answer.stdout == f"{name.replace('_', '.')}:2: {limit + 1} characters\n"


def test_it_reports_all_files(tmp_path):
    answer = lint(tmp_path, a_css="x" * 121, b_js="short\n", c_html="y" * 130)
    assert answer.stdout == "a.css:1: 121 characters\nc.html:1: 130 characters\n"


@pytest.mark.parametrize(
    "text",
    [
        "| a | " + "word " * 30 + "|",
        "## " + "word " * 30,
        "```\n" + "word " * 30 + "\n```",
        "  ~~~ sh\n" + "word " * 30 + "\n```\n" + "word " * 30 + "\n  ~~~",
        "https://example.org/" + "x" * 100,
        "- [a link of some words](https://example.org/" + "x" * 100 + "), and more",
        "![a picture](" + "x" * 100 + ")",
        "[reference]: https://example.org/" + "x" * 100,
        "1. `" + "some code " * 12 + "` is not broken",
    ],
)
def test_it_leaves_out_what_markdown_cannot_break(tmp_path, text):
    assert lint(tmp_path, a_md=f"{text}\n").stdout == ""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("See https://example.org/" + "x" * 100, 1),
        ("- a word before [a link](https://example.org/" + "x" * 100 + ")", 1),
        ("```\ncode\n```\n" + "word " * 30, 4),
        ("#" + "word " * 30, 1),
        ("> " + "word " * 30, 1),
    ],
)
def test_it_reports_what_markdown_can_break(tmp_path, text, line):
    assert lint(tmp_path, a_md=f"{text}\n").stdout.startswith(f"a.md:{line}: ")
