"""A client that a program makes from the schema of the running product: it imports, its types hold, and it talks."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from chat.tests.files import samples
from chatsite.testing import PASSWORD
from tests.browser.server import Server

pytestmark = pytest.mark.scripts

TALK = Path(__file__).with_name("talk.py")
# The generator's own module, the same for every schema, passes on arguments of a type that httpx does not name.
MYPY = "[mypy]\nstrict = True\n[mypy-chat_client.client]\ndisable_error_code = arg-type\n"


@pytest.fixture
def server(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("server"))
    server.run("manage.py", "shell", "-v0", "-c", "from chatsite.testing import Cast; Cast.build()")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def python(tmp_path):
    """Runs Python with these arguments where the client is made, and with the tools of this environment."""
    folder = tmp_path / "made"
    folder.mkdir()
    tools = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(folder)}

    def run(*arguments: str | Path):
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    return run


def test_a_generated_client_talks(server, python, tmp_path):
    schema, settings, file = f"{server.url}/api/schema?format=json", tmp_path / "mypy.ini", tmp_path / "scan.pdf"
    settings.write_text(MYPY)
    file.write_bytes(samples.pdf())
    place = ["--meta", "none", "--output-path", "chat_client"]
    python("-m", "openapi_python_client", "generate", "--url", schema, *place, "--fail-on-warning")
    python("-m", "mypy", "--config-file", settings, "--cache-dir", tmp_path / "mypy", "chat_client", TALK)
    python(TALK, server.url, "ada@example.org", PASSWORD, file)
