"""A MariaDB that demands TLS: the product works, and refuses a server that it cannot verify, in one sentence."""

import json
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from urllib.parse import urlsplit

import MySQLdb
import pytest

from bench.stack import ROOT, Stack
from chatsite.testing.certificates import write_certificate
from tests.faults.rest import ask

pytestmark = [pytest.mark.scripts, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def secured():
    """A private MariaDB with a certificate, and a stack whose account may come by TLS alone."""
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as environment:
        folder = Path(name)
        # MariaDB runs as another account.
        folder.chmod(0o755)
        for file in ("certificate", "other"):
            write_certificate(folder / f"{file}.pem")
            (folder / f"{file}.pem").chmod(0o644)
        files = " ".join(f"--ssl-{of}={folder}/certificate.pem" for of in ("cert", "key"))
        environment.setenv("SERVICES_NOTE", str(folder / "services"))
        environment.setenv("SERVICES_MARIADB", files)
        subprocess.run([ROOT / "bin/services", "start"], check=True)
        try:
            stack = Stack(folder)
            with MySQLdb.connect(**stack.database) as connection:
                connection.cursor().execute("ALTER USER CURRENT_USER() REQUIRE SSL")
            stack.plain_url = stack.environment["DATABASE_URL"]
            stack.environment["DATABASE_URL"] += f"?ssl_ca={folder}/certificate.pem"
            stack.database["ssl"] = {"ca": f"{folder}/certificate.pem"}
            try:
                yield stack.prepare()
            finally:
                stack.stop()
        finally:
            subprocess.run([ROOT / "bin/services", "stop"], check=True)


async def test_the_product_works(secured):
    process, [pair] = secured.role("everything"), secured.people(1)
    content = {"client_id": str(uuid.uuid4()), "chat_id": pair["chat_id"], "message_text": "Bonjour par TLS"}
    # Sending, reading and searching send several statements together.
    assert (await ask(process.url, "POST", "/api/chat/message", pair["doctor"], content)).status == 201
    page = await ask(process.url, "GET", f"/api/chat/messages/{pair['chat_id']}?since=0", pair["patient"])
    assert [message["message_text"] for message in page.content["messages"]] == ["Bonjour par TLS"]
    found = await ask(process.url, "POST", "/api/chat/search", pair["patient"], {"q": "bonjour"})
    assert "Bonjour par TLS" in json.dumps(found.content, ensure_ascii=False)
    process.stop()


def test_a_backup_is_made_and_loaded(secured):
    place = secured.folder / "backups"
    secured.manage("manage.py", "backup", str(place))
    with MySQLdb.connect(**secured.database) as connection:
        connection.cursor().execute(f"CREATE DATABASE {secured.name}_again")
        elsewhere = secured.environment["DATABASE_URL"].replace(secured.name, f"{secured.name}_again")
        environment = {"DATABASE_URL": elsewhere, "ASSETS_ROOT": str(secured.folder / "again")}
        subprocess.run(
            [sys.executable, "manage.py", "restore", str(place)],
            cwd=ROOT,
            env=secured.environment | environment,
            check=True,
            capture_output=True,
        )
        connection.cursor().execute(f"DROP DATABASE {secured.name}_again")


def refusal(secured, options: str, *command: str) -> str:
    environment = secured.environment | {"DATABASE_URL": secured.plain_url + options}
    command = [sys.executable, "manage.py", *(command or ("prepare", "--check"))]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert urlsplit(secured.plain_url).password not in done.stderr
    return done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("", "refuses the user or the password"),
        ("?ssl_mode=DISABLED", "refuses the user or the password"),
        ("?ssl_ca={folder}/other.pem", "failed (TLS)"),
        ("?ssl_ca={folder}/other.pem&ssl_mode=VERIFY_CA", "failed (TLS)"),
        ("?ssl_mode=VERIFY_IDENTITY", "failed (TLS)"),
        ("?ssl_ca={folder}/missing.pem", "the files of ?ssl_ca=… have to exist"),
        ("?ssl_mode=MAYBE", "DATABASE_URL cannot be used"),
    ],
)
def test_another_authority_and_no_tls_are_refused(secured, options, words):
    said = refusal(secured, options.format(folder=secured.folder))
    assert "DATABASE_URL" in said
    assert words in said


def test_whoever_demands_no_more_than_encryption_is_let_in(secured):
    environment = secured.environment | {"DATABASE_URL": f"{secured.plain_url}?ssl_mode=REQUIRED"}
    command = [sys.executable, "manage.py", "prepare", "--check"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_certificate_of_another_address_is_refused(secured):
    mine = secured.folder / "certificate.pem"
    kept = mine.read_bytes()
    write_certificate(mine, address="127.0.0.9")
    options = secured.database | {"ssl_mode": "REQUIRED", "ssl": {}}
    try:
        with MySQLdb.connect(**options) as connection:
            connection.cursor().execute("FLUSH SSL")
        assert "TLS" in refusal(secured, f"?ssl_ca={mine}")
    finally:
        mine.write_bytes(kept)
        with MySQLdb.connect(**options) as connection:
            connection.cursor().execute("FLUSH SSL")
