"""deploy/Containerfile and compose.yaml cannot be built here. They are linted, and kept in step with the units."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from chatsite import settings_table
from tests.deployed import ROOT, compose, containerfile, unit

ROLES = ("web", "live", "worker")
OURS = ("prepare", *ROLES, "backup")
NAMES = settings_table.names()
# What a service may say, by the specification of Compose; a misspelled key would be refused, or do nothing.
KEYS = {
    *("build", "cap_add", "cap_drop", "command", "depends_on", "deploy", "entrypoint", "env_file", "environment"),
    *("healthcheck", "image", "networks", "ports", "profiles", "read_only", "restart", "security_opt"),
    *("stop_grace_period", "tmpfs", "ulimits", "user", "volumes"),
}


@pytest.fixture(scope="module")
def services():
    return compose()["services"]


def tool(name, *arguments):
    command = [Path(sys.executable).with_name(name), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_the_linter_finds_no_fault_in_the_containerfile():
    # DL3008: versions of Debian's packages change with each repair; the tag of the base names the release.
    done = tool("hadolint", "--no-color", "--ignore", "DL3008", "deploy/Containerfile")
    assert (done.returncode, done.stdout) == (0, "")


def test_the_linter_finds_no_fault_in_the_file_of_containers():
    done = tool("compose-lint", "deploy/compose.yaml")
    assert done.returncode == 0, done.stdout


def test_services_have_keys_that_exist_and_names_that_are_declared(services):
    whole = compose()
    for name, service in services.items():
        assert set(service) <= KEYS, name
        assert set(service.get("depends_on", [])) <= set(services), name
        assert set(service.get("networks", [])) <= set(whole["networks"]), name
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source in whole["volumes"] or (ROOT / "deploy" / source).exists() or source == "./tls", volume


def test_the_image_has_each_extra_that_a_setting_may_need():
    """Nothing is installed while it runs: its files are read-only."""
    setup = (ROOT / "bin/setup").read_text()
    needed = set(re.findall(r"\[\[ \$\(setting (\w+)\)(?: \|\|[^\]]*)? \]\]; then install", setup))
    [given] = [shell for instruction, shell in containerfile() if instruction == "RUN" and "bin/setup" in shell]
    assert needed == {"S3_BUCKET", "SENTRY_DSN"}
    assert needed <= set(re.findall(r"(\w+)=any", given))


def test_images_have_a_version(services):
    bases = [arguments.split()[0] for instruction, arguments in containerfile() if instruction == "FROM"]
    others = [service["image"] for name, service in services.items() if name not in OURS]
    for image in [*bases, *others]:
        assert re.fullmatch(r"[\w./-]+:\d[\w.-]+", image), image


def test_the_roles_are_those_of_the_units(services):
    entry = dict(containerfile())["ENTRYPOINT"]
    assert entry == '["/opt/chat/bin/run"]'
    for role in ROLES:
        assert unit(f"chat-{role}@.service")["Service.ExecStart"] == [
            f"/opt/chat/bin/run {services[role]['command'][0]}"
        ]
        assert services[role]["restart"] == unit(f"chat-{role}@.service")["Service.Restart"][0]
    assert unit("chat-prepare.service")["Service.ExecStart"] == [
        f"/opt/chat/bin/run {services['prepare']['command'][0]}"
    ]
    by_hand = " ".join(services["backup"]["entrypoint"] + services["backup"]["command"])
    assert unit("chat-backup.service")["Service.ExecStart"] == [by_hand]
    assert {name: services[name]["deploy"]["replicas"] for name in ("web", "live")} == {"web": 2, "live": 2}


def test_the_places_are_those_of_the_units(services):
    """What a unit may write to outlives a container, and the rest of it is read-only."""
    state = "/opt/chat/var"
    for name in OURS:
        places = {volume.partition(":")[2] for volume in services[name]["volumes"]}
        key = f"chat-{name}@.service" if name in ROLES else f"chat-{name}.service"
        assert places == {state, *(path.lstrip("-") for path in unit(key)["Service.ReadWritePaths"])}, name
        assert services[name]["read_only"], name
        assert services[name]["cap_drop"] == ["ALL"], name
        assert int(services[name]["stop_grace_period"].rstrip("s")) > 10


def test_the_settings_exist_and_none_is_a_secret(services):
    text = (ROOT / "deploy/Containerfile").read_text()
    image = dict(pair.split("=") for kind, pairs in containerfile() if kind == "ENV" for pair in pairs.split())
    for name in OURS:
        assert set(services[name]["environment"]) <= NAMES, name
    assert set(image) <= NAMES
    for written in (text, (ROOT / "deploy/compose.yaml").read_text()):
        assert not re.search(r"(SECRET_KEY|TOKEN|PASSWORD|_KEY)=[^…P\s.]", written)
    assert not {"SECRET_KEY", "DATABASE_URL", "METRICS_TOKEN"} & {*image, *services["web"]["environment"]}
    # Nothing of this machine comes in: neither settings, nor uploads, nor packages.
    ignored = (ROOT / ".dockerignore").read_text().split()
    files = {f"deploy/{file}" for service in services.values() for file in service.get("env_file", [])}
    assert files == {"deploy/containers.env", "deploy/database.env"}
    assert {".env", "var", "assets/*", ".venv", ".git", "deploy/tls", *files} <= set(ignored)


def test_the_image_runs_as_nobody_special_and_says_whether_it_lives():
    instructions = dict(containerfile())
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", instructions["USER"])
    assert "/healthz" in instructions["HEALTHCHECK"]


def test_all_wait_for_what_they_need(services):
    for role in ROLES:
        assert services[role]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}
        assert services[role]["depends_on"]["redis"] == {"condition": "service_healthy"}
    assert services["prepare"]["depends_on"]["database"] == {"condition": "service_healthy"}
    for name in ("database", "redis", "nginx"):
        assert services[name]["healthcheck"]["test"], name


def test_its_nginx_has_the_names_of_containers_for_our_ports(services, tmp_path):
    script = services["nginx"]["command"][-1].partition("\nexec ")[0].replace("$$", "$")
    script = script.replace("/etc/nginx/chat.conf", str(ROOT / "deploy/nginx.conf"))
    written = tmp_path / "default.conf"
    script = script.replace("/etc/nginx/conf.d/default.conf", str(written))
    subprocess.run(["sh", "-ec", script], env={"CHAT_HOST": "chat.clinic.example", "PATH": "/usr/bin:/bin"}, check=True)
    site = written.read_text()
    assert re.findall(r"^ *server (\S+) ", site, re.MULTILINE) == ["web:8000", "live:8000"]
    assert set(re.findall(r"server_name ([^;$]+);", site)) == {"chat.clinic.example"}
    assert re.findall(r"ssl_certificate(?:_key)? (\S+);", site) == [
        "/etc/nginx/tls/fullchain.pem",
        "/etc/nginx/tls/privkey.pem",
    ]
    [address] = [network["ipv4_address"] for network in services["nginx"]["networks"].values()]
    assert services["web"]["environment"]["TRUSTED_PROXIES"] == address
