"""Every setting, described in `settings.toml`; from it `deploy/chat.env` and `docs/settings.md` are written."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).resolve().parent
ENV_FILE = _HERE.parent / "deploy" / "chat.env"
PAGE = _HERE.parent / "docs" / "settings.md"

_ENV_HEAD = """\
# The settings of an installation. docs/settings.md says the same as a table. It has secrets:
#   install -m 640 -g chat deploy/chat.env /etc/chat/chat.env
# A line is NAME=value, with quotes where the value has a # after a space; a comment may follow.
# What is commented out has the default.
"""
_PAGE_HEAD = """\
# Settings

Written by `bin/make_settings.py` from `chatsite/settings.toml`. They come from the environment, or
from the file that `ENV_FILE` names ([deploy/chat.env](../deploy/chat.env) is one with all of them).
A value that cannot be used stops the start with a sentence. What the practice decides while the
product runs is in the admin, under *Settings of the practice*.
"""
_TABLE_HEAD = "| setting | default | form | what it does | when |\n|---|---|---|---|---|\n"


@dataclass(frozen=True)
class Setting:
    """A row of the table. `installed` is None where the line of the file is a comment."""

    name: str
    default: str
    form: str
    says: str
    needed: str
    installed: str | None = None
    file: bool = True


def sections() -> dict[str, list[Setting]]:
    """The settings by the title of their section."""
    table = tomllib.loads((_HERE / "settings.toml").read_text())
    return {section["title"]: [Setting(**row) for row in section["setting"]] for section in table["section"]}


def names() -> set[str]:
    return {setting.name for rows in sections().values() for setting in rows}


def env_file() -> str:
    """The text of `deploy/chat.env`."""
    parts = [_ENV_HEAD]
    for title, rows in sections().items():
        lines = [line for row in rows if row.file for line in _env_lines(row)]
        if lines:
            parts += [f"\n# --- {title}\n", *lines]
    return "".join(parts)


def _env_lines(row: Setting) -> list[str]:
    words = f" By default {row.default}." if _is_words(row.default) else ""
    value = row.installed if row.installed is not None else "" if _is_words(row.default) else row.default
    line = f"{row.name}={_quoted(value)}"
    return [
        f"\n# {row.says}{words}\n# Write: {row.form}\n# When: {row.needed}\n",
        f"#{line}\n" if row.installed is None else f"{line}\n",
    ]


def _is_words(default: str) -> bool:
    """Whether it describes a value, and is none."""
    return " " in default


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value or "#" in value else value


def page() -> str:
    """The text of `docs/settings.md`."""
    parts = [_PAGE_HEAD]
    for title, rows in sections().items():
        parts += [
            f"\n## {title}\n\n",
            _TABLE_HEAD,
        ]
        parts += [_row(setting) for setting in rows]
    return "".join(parts)


def _row(row: Setting) -> str:
    default = f"`{row.default}`" if row.default and not _is_words(row.default) else row.default
    cells = [f"`{row.name}`", default, row.form, row.says, row.needed]
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"
