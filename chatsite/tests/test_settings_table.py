"""`settings.toml` describes every setting that the program asks for, and what is written from it is up to date."""

import os
import re
import runpy
import tomllib
from pathlib import Path
from unittest import mock

import environ
import pytest

from chatsite import settings_table

ROOT = Path(__file__).resolve().parents[2]
ROWS = {row.name: row for rows in settings_table.sections().values() for row in rows}
# What scripts and commands read, past the settings.
ELSEWHERE = {"PYTHON", *(f"DJANGO_SUPERUSER_{name}" for name in ("EMAIL", "FIRST_NAME", "LAST_NAME", "PASSWORD"))}
HOW = "Describe it in chatsite/settings.toml, then run bin/make_settings.py"


def read(**environment):
    """The module of the settings in this environment alone."""
    with mock.patch.dict(os.environ, {"ENV_FILE": "/dev/null", **environment}, clear=True):
        return runpy.run_path(str(ROOT / "chatsite" / "settings.py"))


@pytest.fixture(scope="module")
def asked():
    """The settings that the program asks for, with their defaults in production."""
    everything = {"DEBUG": "0", "S3_BUCKET": "b"}
    return read(**everything)["env"].asked


def test_each_setting_is_described(asked):
    assert set(asked) - set(ROWS) == set(), HOW
    assert set(ROWS) - set(asked) == ELSEWHERE


def test_the_scripts_read_no_other():
    """`bin/run` and `bin/setup` take these from whoever starts them."""
    for script in ("run", "setup"):
        text = (ROOT / "bin" / script).read_text()
        taken = set(re.findall(r"\$\{([A-Z][A-Z0-9_]*):?-", text)) | set(re.findall(r"setting ([A-Z][A-Z0-9_]+)", text))
        assert taken - {"BASH_SOURCE", "NAME"} <= set(ROWS), script


def test_the_defaults_are_the_real_ones(asked):
    for name, row in ROWS.items():
        if name in ELSEWHERE | {"DEBUG", "PUBLIC_URL", "DATABASE_URL"} or " " in row.default:
            continue
        real = asked[name]
        shown = ",".join(real) if isinstance(real, list) else "" if real in (None, {}) else str(real)
        shown = {"False": "0", "True": "1"}.get(shown, shown).removeprefix(f"{ROOT}/")
        assert row.default == shown, name


@pytest.mark.parametrize(
    ("path", "text"), [(settings_table.ENV_FILE, settings_table.env_file), (settings_table.PAGE, settings_table.page)]
)
def test_what_is_written_from_it_is_up_to_date(path, text):
    assert path.read_text() == text(), "Run bin/make_settings.py"


def test_the_file_has_each_setting_that_is_read_from_it(asked):
    lines = settings_table.ENV_FILE.read_text().splitlines()
    found = {line.removeprefix("#").partition("=")[0] for line in lines if re.match(r"#?[A-Z0-9_]+=", line)}
    assert found == {row.name for row in ROWS.values() if row.file}
    assert max(map(len, lines)) <= 120


def test_the_file_is_read_as_it_is_meant(tmp_path):
    """Also where somebody takes away the signs that make comments of lines: all of these are the defaults."""
    text = re.sub(r"^#(?=[A-Z0-9_]+=\S)", "", settings_table.ENV_FILE.read_text(), flags=re.MULTILINE)
    (tmp_path / "chat.env").write_text(text)
    # That it is empty stops the start.
    key = {"SECRET_KEY": "s" * 50}
    found = read(ENV_FILE=str(tmp_path / "chat.env"), **key)
    assert (found["DEBUG"], found["ASSETS_SERVED_BY"], found["TRUSTED_PROXIES"]) == (False, "accel", ["127.0.0.1"])
    plain = read(**{row.name: row.installed for row in ROWS.values() if row.installed is not None} | key)
    changed = {name for name, value in plain.items() if name.isupper() and found[name] != value}
    assert changed == set()


def test_a_row_says_all():
    table = tomllib.loads((ROOT / "chatsite" / "settings.toml").read_text())
    for section in table["section"]:
        for row in section["setting"]:
            assert (
                {"name", "default", "form", "says", "needed"} <= set(row) <= {*settings_table.Setting.__annotations__}
            )
            assert row["says"].endswith("."), row["name"]


def test_a_kind_of_process_has_defaults_below_the_file(monkeypatch, tmp_path):
    from chatsite import environment

    monkeypatch.setitem(environment.process_defaults, "DATABASE_PATIENCE", "5")
    assert read()["DATABASE_PATIENCE"] == 5
    (tmp_path / "chat.env").write_text("DATABASE_PATIENCE=9\n")
    monkeypatch.setattr(environ.Env, "ENVIRON", os.environ)
    assert read(ENV_FILE=str(tmp_path / "chat.env"))["DATABASE_PATIENCE"] == 9
    assert read(DATABASE_PATIENCE="7")["DATABASE_PATIENCE"] == 7
