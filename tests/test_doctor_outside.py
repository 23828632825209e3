"""A doctor who looks at the chat from outside: through our deploy/nginx.conf with TLS, and past it."""

import json
import subprocess

import pytest

from bench.stack import Stack, free_port

pytestmark = [pytest.mark.scripts, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Both roles behind nginx, on SQLite, without their bus."""
    url = f"https://127.0.0.1:{free_port()}"
    running = Stack(
        tmp_path_factory.mktemp("doctor"), sqlite=True, PUBLIC_URL=url, REDIS_URL="redis://:s3cret@127.0.0.1:1/0"
    )
    try:
        running.prepare()
        running.web, running.live = running.role("web"), running.role("live")
        running.proxy([running.web], [running.live])
        yield running
    finally:
        running.stop()


def found_by(served, **environment) -> dict[str, tuple[str, str]]:
    """The state and the sentence of each question, in this environment."""
    command = [".venv/bin/python", "manage.py", "doctor", "--json"]
    whole = served.environment | {"SSL_CERT_FILE": str(served.folder / "tls.pem")} | environment
    done = subprocess.run(command, env=whole, capture_output=True, text=True, timeout=100)
    assert "Traceback" not in done.stderr
    assert "s3cret" not in done.stdout + done.stderr
    answers = json.loads(done.stdout)["answers"]
    assert done.returncode == any(answer["state"] == "fault" for answer in answers)
    return {answer["question"]: (answer["state"], answer["sentence"]) for answer in answers}


def test_all_is_right_through_our_nginx(served):
    found = found_by(served)
    right = ("proxy", "sockets", "clock of PUBLIC_URL", "database", "migrations", "files")
    assert {name: found[name][0] for name in right} == dict.fromkeys(right, "ok"), found
    # That of the tests is for a day.
    assert "ends in 0 days" in found["certificate"][1]
    assert found["Redis"] == ("fault", "No Redis answers at REDIS_URL.")


def test_past_the_proxy_nobody_arrives(served):
    found = found_by(served, PUBLIC_URL=served.web.url)
    # Nothing says that the request came by https, so that the chat leads there.
    assert (found["proxy"][0], "leads to itself" in found["proxy"][1]) == ("fault", True)
    assert found["sockets"][0] == "fault"


def test_a_certificate_that_nobody_trusts_is_a_fault(served):
    assert found_by(served, SSL_CERT_FILE="/dev/null")["certificate"][0] == "fault"


def test_another_key_is_another_chat(served):
    found = found_by(served, SECRET_KEY="another-" + "k3y " * 15 + "of a doctor elsewhere")
    assert found["proxy"][0] == "fault"
    assert "answers 404" in found["proxy"][1]
