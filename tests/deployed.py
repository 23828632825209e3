"""What deploy/ says, read for tests: units of systemd, the file of containers."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
UNITS = ROOT / "deploy" / "systemd"


def unit(name: str) -> dict[str, list[str]]:
    """The values of each key, by `Section.Key`, in order; with those that all units have in common."""
    files = [UNITS / name]
    if name.endswith(".service"):
        files += sorted((UNITS / "chat-.service.d").glob("*.conf"))
    found: dict[str, list[str]] = {}
    for file in files:
        section = ""
        for line in file.read_text().splitlines():
            if heading := re.fullmatch(r"\[(\w+)\]", line):
                section = heading[1]
            elif line and not line.startswith("#"):
                key, _, value = line.partition("=")
                found.setdefault(f"{section}.{key}", []).append(value)
    return found


def compose() -> dict:
    return yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text())


def containerfile() -> list[tuple[str, str]]:
    """The instructions with their arguments, lines that go on joined."""
    text = re.sub(r"\\\n\s*", "", (ROOT / "deploy" / "Containerfile").read_text())
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2]) for line in lines]
