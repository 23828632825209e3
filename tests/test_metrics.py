"""docs/metrics.md has every metric; the alarms and the dashboard use no other; and none says who, or what."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.test import Client
from prometheus_client import REGISTRY

import chatsite.asgi
import chatsite.serving.health
import chatsite.serving.threads
import chatsite.urls  # noqa: F401 - with all that they import, every metric is declared
from accounts.models import User
from chat.models import Attachment
from chat.tests.talk import post_message
from chatsite.testing import api_client, page_client

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "metrics.md").read_text()
OPERATIONS = ROOT / "docs" / "operations.md"
PROMETHEUS = ROOT / "deploy" / "prometheus"
RULES = (PROMETHEUS / "rules.yml").read_text()
DASHBOARD = json.loads((ROOT / "deploy" / "grafana" / "chat.json").read_text())
# Of the client library, which docs/metrics.md names together.
_LIBRARY = re.compile(r"python_\w+|process_virtual_memory_bytes")
_ALARMS = [
    "ChatDown", "ChatQueueFull", "ChatDatabaseAway", "ChatBusAway", "ChatBackupOld", "ChatRestoreUnproven",
    "ChatWorkerMissing", "ChatMailFailing", "ChatPushFailing", "ChatAuditStuck", "ChatDiskAlmostFull", "ChatErrors5xx",
    "ChatSlow",
]  # fmt: skip
_ENDS = {"counter": "_total", "info": "_info"}


def metrics():
    """Each metric as `/metrics` names it: its type and its labels."""
    found = {}
    for collector in REGISTRY._collector_to_names:
        # The values of some are asked of Redis or the database.
        for family in collector.describe() if hasattr(collector, "describe") else collector.collect():
            if not _LIBRARY.fullmatch(family.name):
                labels = set(getattr(collector, "_labelnames", ()))
                labels |= {"version"} if family.type == "info" else set()
                found[family.name + _ENDS.get(family.type, "")] = (family.type, labels)
    return found


def rows():
    """The table of the page, by metric."""
    lines = [line[1:-1].split("|") for line in PAGE.splitlines() if line.startswith("| `")]
    return {name.strip(" `"): [cell.strip() for cell in cells] for name, *cells in lines}


def test_the_page_has_every_metric_and_no_other():
    assert set(rows()) == set(metrics())


@pytest.mark.parametrize("name", sorted(metrics()))
def test_its_row_is_right(name):
    kind, labels, together, meaning, *_ = rows()[name]
    assert (kind, set(re.findall(r"`(\w+)`", labels))) == metrics()[name]
    assert together in ("sum", "max", "min", "each")
    assert meaning


def test_what_is_read_from_the_database_is_never_added_up():
    read = ("age_seconds", "chat_notices", "chat_wrong_chats", "chat_disk")
    assert {row[2] for name, row in rows().items() if any(part in name for part in read)} <= {"max", "min"}


def names_in(expression):
    """The metrics and recorded series that PromQL names."""
    bare = re.sub(r"\{[^}]*\}|\b(by|without) \([^)]*\)|\[\w+\]", " ", expression)
    words = set(re.findall(r"[a-z_][a-z0-9_:]*", bare))
    return {word for word in words if re.match(r"(chat|audit|process|up\b)[_:]?", word)}


def known():
    found = {"up"} | set(re.findall(r"record: (\S+)", RULES))
    for name, (kind, _) in metrics().items():
        found |= {f"{name}{end}" for end in ("_bucket", "_sum", "_count")} if kind == "histogram" else {name}
    return found


def test_the_alarms_use_metrics_that_exist():
    expressions = re.findall(r"expr: (?:\|\n((?: {10}.*\n)+)|(.*)\n)", RULES)
    used = [names_in("".join(one)) for one in expressions]
    assert len(used) == RULES.count("expr:")
    assert all(used)
    assert set.union(*used) - known() == set()


def test_so_does_the_dashboard():
    targets = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    used = [names_in(expression) for expression in targets]
    assert all(used)
    assert set.union(*used) - known() == set()


def test_the_dashboard_is_one_that_grafana_reads():
    panels = DASHBOARD["panels"]
    assert len(panels) == 8
    assert len({panel["id"] for panel in panels}) == 8
    assert DASHBOARD["schemaVersion"] >= 39
    [source] = DASHBOARD["templating"]["list"]
    assert source["type"] == "datasource"
    places = set()
    for panel in panels:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not places & cells
        places |= cells
        assert panel["title"]
        assert panel["description"]
        assert panel["datasource"]["uid"] == "${datasource}"
        assert len({target["refId"] for target in panel["targets"]}) == len(panel["targets"])


def test_there_are_these_alarms_each_with_its_test():
    assert re.findall(r"alert: (\S+)", RULES) == _ALARMS
    tests = (PROMETHEUS / "rules_test.yml").read_text()
    assert [name for name in _ALARMS if name not in tests] == []
    named = set(re.findall(r"\bChat[A-Z]\w+", PAGE))
    assert named == set(_ALARMS)


@pytest.mark.parametrize("name", _ALARMS)
def test_each_has_its_runbook(name):
    assert f"runbook: docs/operations.md#{name.lower()}\n" in RULES
    headings = re.findall(r"^#+ (.+)$", OPERATIONS.read_text(), re.MULTILINE)
    assert name in headings


@pytest.mark.skipif(not shutil.which("promtool"), reason="bin/test installs it, but for `quick`")
class TestPromtool:
    def run(self, *arguments, text=None):
        command = ["promtool", *arguments]
        return subprocess.run(command, cwd=PROMETHEUS, capture_output=True, text=True, timeout=60, input=text)

    def test_it_accepts_the_rules_and_the_example(self):
        checked = self.run("check", "config", "--syntax-only", "scrape.yml")
        assert checked.returncode == 0, checked.stdout + checked.stderr
        assert self.run("check", "rules", "rules.yml").returncode == 0

    def test_each_alarm_fires_when_it_should(self):
        tested = self.run("test", "rules", "rules_test.yml")
        assert tested.returncode == 0, tested.stdout + tested.stderr

    def test_the_tests_of_the_alarms_can_fail(self, tmp_path):
        shutil.copy(PROMETHEUS / "rules_test.yml", tmp_path)
        (tmp_path / "rules.yml").write_text(RULES.replace("> 36 * 3600", "> 36 * 3600e18"))
        assert self.run("test", "rules", str(tmp_path / "rules_test.yml")).returncode != 0


CANARIES = ("canary", "Durand", "Martin", "example.org", "203.0.113")


@pytest.mark.django_db
def test_no_metric_says_who_or_what(cast, settings):
    """After a walk through what people and strangers do, right and wrong."""
    settings.METRICS_TOKEN = "t0ken"
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    before = _series()
    message = post_message(cast.ben, cast.chat, "canary-text")
    walk(cast, message)
    strangers()
    series = _series()
    assert not [one for one in series if any(canary in one for canary in CANARIES)]
    # No path, no id, no key. What other tests have met may be the status of a push service.
    assert not [value for value in _values(series - before) if "/" in value or re.search(r"\d{2,}", value)]
    assert {"patient_chat_open", "none", "wrong_credentials", "OTHER", "static"} <= _values(series)


def _series() -> set[str]:
    lines = Client().get("/metrics", headers={"Authorization": "Bearer t0ken"}).content.decode().splitlines()
    return {line.rpartition(" ")[0] for line in lines if not line.startswith("#")}


def _values(series: set[str]) -> set[str]:
    found = {value for one in series for value in re.findall(r'(?:method|route|status|reason|policy)="([^"]*)"', one)}
    # Of the routes only the admin's catalogue has a number.
    return found - {"4xx", "admin:jsi18n"}


def walk(cast, message):
    for person, side in ((cast.ben, "patient"), (cast.ada, "professional")):
        browser, app = page_client(person), api_client(person)
        for path in (
            "chat",
            f"chat/{cast.chat.pk}",
            "chat/search?q=canary-query",
            f"chat/{cast.chat.pk}?x=canary",
            "visits",
        ):
            browser.get(f"/{side}/{path}")
        for path in ("chats", f"chats/{cast.chat.pk}", f"chats/{cast.chat.pk}/messages", f"message/{message.pk}"):
            app.get(f"/api/chat/{path}?q=canary-query")
        app.post("/api/chat/message", {"chat_id": cast.chat.pk, "message_text": "canary-text"})
        app.post("/api/chat/search", {"q": "canary-query"})
        browser.get("/accounts/profile/")
    assert not Attachment.objects.exists()
    assert User.objects.count() >= 2
    page_client(cast.admin).get("/admin/accounts/user/")


def strangers():
    client = Client(headers={"X-Forwarded-For": "203.0.113.77"})
    client.post("/accounts/login/", {"login": "canary@example.org", "password": "canary-password"})
    client.get("/accounts/password/reset/key/1-canary-key/")
    client.get("/static/canary.js")
    client.get("/canary/path", headers={"X-Request-ID": "canary-request"})
    client.generic("CANARY", "/canary")
    client.get("/assets/chat_files/canary.jpg")
