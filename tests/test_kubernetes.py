"""deploy/kubernetes/chat.yaml keeps in step with the roles, their settings, ports, probes and stops."""

import re

import pytest
import yaml

from bench.stack import ROOT
from chatsite import __version__
from chatsite.serving.health import HealthMiddleware

PLACE = ROOT / "deploy/kubernetes/chat.yaml"
ITEMS = yaml.safe_load(PLACE.read_text())["items"]
DEPLOYMENTS = {
    item["spec"]["template"]["metadata"]["labels"]["role"]: item for item in ITEMS if item["kind"] == "Deployment"
}
CONFIGURED = next(item for item in ITEMS if item["kind"] == "ConfigMap")["data"]
# How long bin/run takes at most to stop.
STOP_SECONDS = 10


def pod(role):
    return DEPLOYMENTS[role]["spec"]["template"]["spec"]


def container(role):
    [one] = pod(role)["containers"]
    return one


def named(kind, name):
    [one] = [item for item in ITEMS if (item["kind"], item["metadata"]["name"]) == (kind, name)]
    return one


def test_it_has_each_role_and_what_goes_before_them():
    roles = set(re.findall(r"^#   bin/run (web|live|worker)\b", (ROOT / "bin/run").read_text(), re.MULTILINE))
    assert DEPLOYMENTS.keys() == roles
    assert {container(role)["args"][0] for role in roles} == roles
    [prepare] = named("Job", "chat-prepare")["spec"]["template"]["spec"]["containers"]
    assert prepare["args"] == ["prepare"]


def test_it_is_this_release_with_the_processes_of_three_machines():
    assert set(re.findall(r"image: \S+:(\S+)", PLACE.read_text())) == {__version__}
    row = re.search(r"\| the chat \| (\d) `web`, (\d) `live`, (\d) `worker` \|", (ROOT / "docs/scaling.md").read_text())
    counted = dict(zip(("web", "live", "worker"), (3 * int(number) for number in row.groups()), strict=True))
    assert {role: item["spec"]["replicas"] for role, item in DEPLOYMENTS.items()} == counted


def test_its_settings_exist():
    known = set(re.findall(r'env(?:\.[a-z_0-9]+)?\("([A-Z0-9_]+)"', (ROOT / "chatsite/settings.py").read_text()))
    secrets = PLACE.read_text().split("--from-env-file=")[1].split("\n#   kubectl")[0]
    named_there = set(re.findall(r"\b[A-Z0-9_]*[A-Z]_[A-Z_]+\b", secrets))
    assert named_there >= {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "SECOND_FACTOR_KEY"}
    assert CONFIGURED.keys() | named_there <= known


@pytest.mark.parametrize("role", DEPLOYMENTS)
class TestEachRole:
    def test_its_probes_ask_what_it_answers(self, role):
        answered = HealthMiddleware(lambda request: None)._answers
        probes = {name: probe for name, probe in container(role).items() if name.endswith("Probe")}
        assert {"startupProbe", "livenessProbe"} <= probes.keys()
        for probe in probes.values():
            asked = probe.get("httpGet") or probe["tcpSocket"]
            assert asked["port"] == "http"
            assert asked.get("path", "/healthz") in answered
            assert probe["periodSeconds"] * probe["failureThreshold"] >= 10

    def test_only_its_start_depends_on_what_all_pods_share(self, role):
        """Otherwise all would be taken away together, when the database or Redis fails over."""
        for name in ("readinessProbe", "livenessProbe"):
            assert container(role).get(name, {}).get("httpGet", {}).get("path") != "/readyz"

    def test_it_listens_where_it_is_asked(self, role):
        [port] = container(role)["ports"]
        assert (port["name"], str(port["containerPort"])) == ("http", CONFIGURED["PORT"])
        assert CONFIGURED["HOST"] == "0.0.0.0"

    def test_it_has_time_to_stop(self, role):
        pause = container(role).get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", ["sleep", "0"])
        assert pod(role)["terminationGracePeriodSeconds"] >= int(pause[1]) + STOP_SECONDS

    def test_it_has_no_more_rights_than_it_needs(self, role):
        for one in [container(role), *pod(role).get("initContainers", ())]:
            assert one["securityContext"]["readOnlyRootFilesystem"]
            assert {mount["mountPath"] for mount in one["volumeMounts"]} == {"/opt/chat/var", "/tmp"}


def test_requests_and_sockets_reach_their_roles():
    [rule] = named("Ingress", "chat")["spec"]["rules"]
    paths = {path["path"]: path["backend"]["service"]["name"] for path in rule["http"]["paths"]}
    for path, role in {"/": "web", "/ws/": "live"}.items():
        selector = named("Service", paths[path])["spec"]["selector"]
        assert selector == DEPLOYMENTS[role]["spec"]["selector"]["matchLabels"]
        assert selector.items() <= DEPLOYMENTS[role]["spec"]["template"]["metadata"]["labels"].items()
    for path in HealthMiddleware(lambda request: None)._answers:
        assert "selector" not in named("Service", paths[path])["spec"]
