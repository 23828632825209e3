"""The shell blocks of docs/operations.md, *Install*, as they stand there, on a bare Debian 12 that boots.

`bin/test install` runs it, by hand: it needs root, takes about ten minutes, and for that time the ports of a whole
installation (80, 443, 3306, 6379, 8001 …) of this machine.
"""

import json
import re
import socket
import tempfile
import textwrap
from pathlib import Path

import pytest

from tests.install.machine import ROOT, Machine

PORTS = (80, 443, 3306, 6379, 8001, 8002, 8101, 8102, 8201)
# What certbot would have put there, for a name that leads nowhere.
CERTIFICATE = """
mkdir -p /etc/letsencrypt/live/chat.example.org && cd /etc/letsencrypt/live/chat.example.org
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 1 -subj /CN=chat.example.org \
    -addext subjectAltName=DNS:chat.example.org -keyout privkey.pem -out fullchain.pem 2>&1
"""
SITE = "--cacert /etc/letsencrypt/live/chat.example.org/fullchain.pem --resolve chat.example.org:443:127.0.0.1"
PYTHON = "cd /opt/chat && runuser -u chat -- env ENV_FILE=/etc/chat/chat.env "
PYTHON += "DJANGO_SETTINGS_MODULE=chatsite.settings .venv/bin/python "
UNITS = ("chat-web@8001", "chat-web@8002", "chat-live@8101", "chat-live@8102", "chat-worker@8201", "chat-prepare")
PICTURE = "from PIL import Image; Image.new('RGB', (640, 480), 'teal').save('/tmp/p.jpg')"
PAGES = "import pikepdf; pdf = pikepdf.new(); pdf.add_blank_page(); pdf.save('/tmp/p.pdf')"
_BLOCK = re.compile(r"^ *```sh\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)

pytestmark = pytest.mark.timeout(3600)


def blocks(title: str) -> list[str]:
    """The shell blocks of a section, in order."""
    page = (ROOT / "docs/operations.md").read_text()
    section = re.split(r"\n##+ ", page.partition(f"\n## {title}\n")[2])[0]
    return [textwrap.dedent(block) for block in _BLOCK.findall(section)]


def installing() -> str:
    """All of them as one script: later ones use the variables of earlier ones."""
    written = blocks("Install")
    [nginx] = [number for number, block in enumerate(written) if "nginx -t" in block]
    return "\n".join([*written[:nginx], f"({CERTIFICATE})", *written[nginx:]])


@pytest.fixture(scope="module")
def machine():
    for port in PORTS:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)), f"Something on this machine has the port {port}."
    with tempfile.TemporaryDirectory(prefix="chat-install-") as folder:
        installed = Machine(Path(folder))
        try:
            installed.make().boot().run(installing(), seconds=3000)
            yield installed
        finally:
            installed.stop()


@pytest.fixture(scope="module")
def pair(machine):
    """A doctor and a patient who share a chat, with their tokens."""
    [pair] = json.loads(machine.run(f"{PYTHON} -m bench.people 1").stdout)
    return pair


def test_all_units_run(machine):
    states = machine.run(f"systemctl is-active chat.target {' '.join(UNITS)}").stdout.split()
    assert states == ["active"] * (len(UNITS) + 1)
    assert machine.run("systemctl list-units 'chat*' --failed --no-legend").stdout == ""


def test_people_reach_it_by_https_and_hsts_is_for_this_host(machine):
    answer = machine.run(f"curl -sSi {SITE} https://chat.example.org/accounts/login/").stdout
    assert answer.startswith("HTTP/2 200")
    assert re.search(r"^strict-transport-security: max-age=31536000\r?$", answer, re.MULTILINE)
    assert "Cabinet du Dr Martin" in answer


def test_nginx_has_room_for_the_sockets(machine):
    """As far as this machine allows: its own limit may be lower."""
    read = machine.run("nginx -T").stdout
    assert "worker_connections 32768;" in read
    assert "worker_rlimit_nofile 65536;" in read


def test_the_first_admin_signs_in(machine):
    person = f"{PYTHON} manage.py shell -c"
    look = "from accounts.models import User; u = User.objects.get(email='admin@example.org'); print(u.role, u.rights)"
    assert "admin" in machine.run(f'{person} "{look}"').stdout


@pytest.mark.parametrize(("make", "file"), [(PICTURE, "p.jpg"), (PAGES, "p.pdf")], ids=["picture", "document"])
def test_files_pass_the_sandbox_and_nginx_sends_their_bytes(machine, pair, make, file):
    """Their child process starts with its limits; the folder is written; nginx may read it, and nobody else."""
    machine.run(f'/opt/chat/.venv/bin/python -c "{make}"')
    send = f"curl -sS {SITE} -H 'Authorization: Bearer {pair['patient']}' -F chat_id={pair['chat_id']}"
    answer = json.loads(machine.run(f"{send} -F file=@/tmp/{file} https://chat.example.org/api/chat/message").stdout)
    assert answer["success"], answer
    url = answer["message_data"]["file_url"]
    get = f"curl -sS -o /dev/null -w '%{{http_code}} %{{size_download}}' {SITE} https://chat.example.org{url}"
    status, size = machine.run(f"{get} -H 'Authorization: Bearer {pair['doctor']}'").stdout.split()
    assert (status, int(size) > 100) == ("200", True)
    assert machine.run(get).stdout.split()[0] == "401"
    assert machine.run("runuser -u nobody -- ls /srv/chat/assets", check=False).returncode != 0


def test_what_serves_cannot_change_the_release_or_read_backups_and_homes(machine):
    main = machine.run("systemctl show -p MainPID --value chat-web@8001").stdout.strip()
    inside = f"nsenter --target {main} --mount setpriv --reuid chat --regid chat --clear-groups --no-new-privs"
    for wrong in ("touch /opt/chat/x", "touch /etc/x", "ls /srv/chat/backups", "ls /root", "ls /home/x"):
        assert machine.run(f"{inside} {wrong}", check=False).returncode != 0, wrong
    machine.run(f"{inside} touch /opt/chat/var/x /srv/chat/assets/x")


def test_the_secrets_are_for_the_chat_alone(machine):
    for folder in ("/etc/chat", "/var/lib/chat", "/srv/chat/backups"):
        assert machine.run(f"runuser -u www-data -- ls {folder}", check=False).returncode != 0, folder
    assert machine.run("stat -c %a,%U,%G /etc/chat/chat.env").stdout == "640,root,chat\n"
    # Nor in the environment of the processes, which systemctl shows.
    assert "SECRET_KEY" not in machine.run("systemctl show chat-web@8001 -p Environment").stdout


def test_the_backup_is_there_and_whole(machine):
    assert "is whole" in machine.run("chat-manage verify_backup").stdout
    timers = machine.run("systemctl list-timers 'chat-*' --no-legend").stdout
    assert ("chat-backup.timer" in timers, "chat-verify-backup.timer" in timers) == (True, True)


def test_a_restart_finishes_in_time_and_leaves_no_error(machine):
    machine.run("systemctl restart chat.target && systemctl restart chat-web@8001", seconds=300)
    ready = "curl -fsS --retry 60 --retry-delay 1 --retry-all-errors http://127.0.0.1:8001/readyz"
    assert set(json.loads(machine.run(ready).stdout).values()) == {"ok"}
    said = machine.run("journalctl -u 'chat-*' --no-pager").stdout
    assert "Traceback" not in said
    assert "timed out" not in said


def test_it_is_upgraded_while_it_answers(machine):
    """To the same release under another name."""
    machine.run("mkdir /opt/chat-9.9.9 && cd /opt/chat && cp -r $(ls -A | grep -vx -e .venv -e var) /opt/chat-9.9.9")
    [upgrading] = blocks("Upgrade")
    ask = f"curl -s -o /dev/null -w '%{{http_code}} ' {SITE} https://chat.example.org/accounts/login/"
    machine.run(f'systemd-run --unit=asking bash -c "while sleep 0.3; do {ask}; done >/tmp/asked"')
    machine.run(re.sub(r"release=\S+", "release=chat-9.9.9", upgrading), seconds=1800)
    machine.run("systemctl stop asking")
    assert set(machine.run("cat /tmp/asked").stdout.split()) == {"200"}
    main = machine.run("systemctl show -p MainPID --value chat-web@8001").stdout.strip()
    assert machine.run(f"readlink /proc/{main}/cwd").stdout.strip() == "/opt/chat-9.9.9"


def test_the_score_of_the_sandbox_is_the_one_that_is_documented(machine):
    documented = re.search(r"security chat-web@8001`: ([0-9.]+)", (ROOT / "docs/operations.md").read_text())
    said = machine.run("systemd-analyze security --no-pager chat-web@8001.service").stdout
    assert f"Overall exposure level for chat-web@8001.service: {documented[1]} " in said


def test_it_starts_by_itself_after_a_boot(machine):
    machine.stop()
    machine.boot()
    ready = "curl -fsS --retry 90 --retry-delay 1 --retry-all-errors http://127.0.0.1:8001/readyz"
    assert set(json.loads(machine.run(ready).stdout).values()) >= {"ok"}
