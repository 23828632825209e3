"""Debian's clamd itself, with a signature of its own for the test file that every scanner knows."""

import random
import shutil
import subprocess
import time
import zlib

import pytest

from chat import files
from chat.tests.files import samples
from chatsite.files.antivirus import _is_up
from chatsite.http.errors import FileRefused

pytestmark = pytest.mark.scripts

# In two parts, so that a scanner does not find this file.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-" + rb"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
CONFIGURATION = """
Foreground yes
LocalSocket {folder}/clamd.ctl
DatabaseDirectory {folder}/signatures
TemporaryDirectory {folder}
StreamMaxLength 20M
AlertExceedsMax yes
"""


def pdf_with(attachment: bytes) -> bytes:
    """A PDF to which an update adds a compressed stream of these bytes."""
    packed, plain = zlib.compress(attachment), samples.pdf()
    start = b"900 0 obj\n<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed)
    return plain + start + packed + b"\nendstream\nendobj\n" + plain[plain.rindex(b"startxref") :]


@pytest.fixture(scope="module")
def clamd(tmp_path_factory):
    program = shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if program is None:
        pytest.skip("Debian's clamav-daemon is not installed")
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "signatures").mkdir()
    (folder / "signatures" / "eicar.ndb").write_text(f"Eicar:0:*:{EICAR.hex()}\n")
    (folder / "clamd.conf").write_text(CONFIGURATION.format(folder=folder))
    log = (folder / "log").open("w")
    process = subprocess.Popen([program, "-c", folder / "clamd.conf"], stdout=log, stderr=log)
    try:
        while not (folder / "clamd.ctl").exists():
            assert process.poll() is None, (folder / "log").read_text()
            time.sleep(0.01)
        yield str(folder / "clamd.ctl")
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", EICAR),
        ("a.docx", samples.docx({"word/media/a.bin": EICAR})),
        ("a.pdf", pdf_with(EICAR)),
        ("a.jpg", samples.jpeg() + EICAR),
    ],
)
def test_it_finds_what_is_inside(clamd, settings, name, data):
    settings.CLAMD_URL = ("unix", clamd)
    with pytest.raises(FileRefused) as refused:
        files.receive(samples.upload(data, name))
    assert refused.value.code == "file_infected"


def test_it_lets_the_others_in(clamd, settings):
    settings.CLAMD_URL = ("unix", clamd)
    assert _is_up() == 1
    for name, data in [("a.docx", samples.docx()), ("a.pdf", pdf_with(b"nothing")), ("a.jpg", samples.jpeg())]:
        assert files.receive(samples.upload(data, name)).file_name == name
    # Of the largest size.
    large = pdf_with(random.Random(7).randbytes(10 * 1024 * 1024 - 10_000))
    assert files.receive(samples.upload(large, "a.pdf")).file_size == len(large)
