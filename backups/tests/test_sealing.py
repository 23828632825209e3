"""Encryption by a program of the system; a stand-in takes its place."""

import pytest

from backups import sealing
from backups.errors import BackupRefused

STAND_IN = """#!/bin/sh
echo "$@" >> "$(dirname "$0")/calls"
while [ $# -gt 1 ]; do [ "$1" = --output ] && out=$2; shift; done
[ -s "$1" ] || { echo "age: error: no such key" >&2; echo "age: report unexpected errors there" >&2; exit 1; }
rev < "$1" > "$out"
"""


@pytest.fixture
def tools(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")
    for name in ("age", "gpg"):
        (folder / name).write_text(STAND_IN)
        (folder / name).chmod(0o755)
    return folder


@pytest.mark.parametrize(("key", "tool"), [("age1xyz", "age"), ("clinic@example.org", "gpg"), ("", "")])
def test_what_is_sealed_is_opened_again(tools, tmp_path, key, tool):
    plain, sealed, opened = tmp_path / "plain", tmp_path / "sealed", tmp_path / "opened"
    plain.write_text("abc\n")
    seal = sealing.seal_for(key)
    seal.seal(plain, sealed)
    assert (seal.name, sealed.read_text()) == (tool, "cba\n" if tool else "abc\n")
    identity = tmp_path / "key.txt"
    identity.touch()
    sealing.opener(tool, identity=str(identity)).open(sealed, opened)
    assert opened.read_text() == "abc\n"
    if tool:
        sealing_call, opening_call = (tools / "calls").read_text().splitlines()
        assert f"--recipient {key}" in sealing_call
        assert "--decrypt" in opening_call


def test_what_fails_is_said(tools, tmp_path, monkeypatch):
    empty = tmp_path / "empty"
    empty.touch()
    with pytest.raises(BackupRefused, match=r"age refused: no such key\. Is it the public key"):
        sealing.seal_for("age1xyz").seal(empty, tmp_path / "sealed")
    with pytest.raises(BackupRefused, match="--identity"):
        sealing.opener("age").open(empty, tmp_path / "opened")
    with pytest.raises(BackupRefused, match="not known"):
        sealing.opener("rot13")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupRefused, match="program age is missing"):
        sealing.seal_for("age1xyz").seal(empty, tmp_path / "sealed")


@pytest.mark.parametrize("key", ["age1xyz", "clinic@example.org"])
def test_a_full_disk_is_neither_a_wrong_key_nor_damage(tools, tmp_path, key):
    for tool in tools.iterdir():
        tool.write_text("#!/bin/sh\necho 'age: error: failed to write: No space left on device' >&2; exit 1\n")
    (tmp_path / "plain").touch()
    seal = sealing.seal_for(key)
    opener = sealing.opener(seal.name, identity=str(tmp_path / "plain"))
    for do in seal.seal, opener.open:
        with pytest.raises(BackupRefused, match=r"No space left on device\. Make room there") as refused:
            do(tmp_path / "plain", tmp_path / "out")
        assert type(refused.value) is BackupRefused
