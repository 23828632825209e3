"""The examples of docs/scaling.md, read by the programs that they are for."""

import re
import subprocess

import pytest

from bench.stack import ROOT
from chatsite.doctor import database_server
from chatsite.testing.certificates import write_certificate


def test_the_doctor_counts_the_same_connections():
    row = re.search(r"\| connections to the database, at most \|(.+)\|", (ROOT / "docs/scaling.md").read_text())[1]
    beside, live, worker = (int(cell.split()[-1]) for cell in row.split("|"))
    assert (beside, live, worker) == (database_server.WEB_BESIDE, database_server.LIVE, database_server.WORKER)


@pytest.mark.scripts
def test_haproxy_accepts_its_example(tmp_path):
    subprocess.run([ROOT / "bin/packages", "haproxy"], check=True)
    example = re.search(r"```\n(frontend chat\n.+?)```", (ROOT / "docs/scaling.md").read_text(), re.DOTALL)[1]
    write_certificate(tmp_path / "chat.pem")
    assert "/etc/haproxy/chat.pem" in example
    timeouts = "defaults\n    mode http\n    timeout client 75s\n    timeout connect 2s\n    timeout server 60s\n"
    configuration = tmp_path / "haproxy.cfg"
    configuration.write_text(timeouts + example.replace("/etc/haproxy/chat.pem", str(tmp_path / "chat.pem")))
    done = subprocess.run(["/usr/sbin/haproxy", "-c", "-f", configuration], capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("WARNING")) == (0, 0), done.stderr
