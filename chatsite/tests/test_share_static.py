"""Pages of two releases find their scripts in both, and nobody gets those of the other."""

import errno

import pytest
from django.core.management import CommandError, call_command


@pytest.fixture
def releases(tmp_path, settings):
    new, old = tmp_path / "new", tmp_path / "old"
    for folder, digest in ((new, "0123456789ab"), (old, "ba9876543210")):
        (folder / "js").mkdir(parents=True)
        (folder / "staticfiles.json").write_text(folder.name)
        for name in (f"page.{digest}.js", f"page.{digest}.js.br", "page.js"):
            (folder / "js" / name).write_text(folder.name)
    # As WhiteNoise would compress it, were it asked for by this name.
    (old / "js/page.js.br").write_text("old")
    settings.STATIC_ROOT = new
    return new, old


def test_each_gets_what_has_a_digest(releases, capsys):
    new, old = releases
    call_command("share_static", str(old))
    assert capsys.readouterr().out == "Copied 2 files from there, and 2 to there.\n"
    for folder in releases:
        assert (folder / "js/page.0123456789ab.js").read_text() == "new"
        assert (folder / "js/page.ba9876543210.js.br").read_text() == "old"
        assert (folder / "js/page.js").read_text() == (folder / "staticfiles.json").read_text() == folder.name
    assert not (new / "js/page.js.br").exists()


def test_it_may_be_repeated(releases, capsys):
    for _ in range(2):
        call_command("share_static", str(releases[1]))
    assert capsys.readouterr().out.endswith("Copied 0 files from there, and 0 to there.\n")


def test_what_breaks_off_leaves_no_half_of_a_file(releases, capsys, monkeypatch):
    new, old = releases

    def break_off(source, target):
        target.write_text("ne")
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr("shutil.copy", break_off)
        with pytest.raises(OSError, match="No space"):
            call_command("share_static", str(old))
    assert not list(new.rglob("page.ba9876543210.*"))
    call_command("share_static", str(old))
    assert capsys.readouterr().out == "Copied 2 files from there, and 2 to there.\n"
    assert (new / "js/page.ba9876543210.js").read_text() == "old"


def test_another_folder_is_refused(releases, tmp_path):
    with pytest.raises(CommandError, match="has no static files"):
        call_command("share_static", str(tmp_path))
