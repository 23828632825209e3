"""The pages for people: their links lead somewhere, and the changelog has the version."""

import json
import re
from itertools import chain
from pathlib import Path

import pytest

from chatsite import __version__

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(chain(ROOT.glob("*.md"), (ROOT / "docs").rglob("*.md")))
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]
_FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)


def prose(page: Path) -> str:
    return _FENCED.sub("", page.read_text())


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_there_are_pages():
    assert {"README.md", "CHANGELOG.md", "SECURITY.md", "docs/api.md", "docs/decisions/README.md"} <= set(NAMES)


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_its_links_lead_somewhere(page):
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        path, _, anchor = link.partition("#")
        if "://" in link:
            continue
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_the_modules_it_names_exist(page):
    """By their path from the top, or from within the part that the page is about."""
    named = set(re.findall(r"`([\w/.-]+/[\w.-]+\.(?:py|js|css|html|sh|conf))`", page.read_text()))
    within = (
        ROOT,
        ROOT / "chat",
        ROOT / "chatsite",
        ROOT / "static/js",
        ROOT / "static",
        ROOT / "templates",
        ROOT / "tests",
    )
    assert [name for name in sorted(named) if not any((folder / name).exists() for folder in within)] == []


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 60


def test_the_changelog_begins_with_this_version_and_the_previous_release():
    first, second = re.findall(r"^## (.+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[:2]
    assert first.removeprefix("Unreleased: ") == __version__
    assert second == json.loads((ROOT / "tests/contract/previous.json").read_text())["version"]


def test_each_decision_is_listed_and_has_its_four_parts():
    folder = ROOT / "docs" / "decisions"
    pages = sorted(folder.glob("[0-9]*.md"))
    listed = re.findall(r"^\| \[\d{4}\]\((\S+)\)", (folder / "README.md").read_text(), re.MULTILINE)
    assert listed == [page.name for page in pages]
    parts = ["Context", "Decision", "Consequences", "What would change our mind"]
    assert all(re.findall(r"^## (.+)$", page.read_text(), re.MULTILINE) == parts for page in pages)
